package dev.twotower.trainer.ids.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.twotower.data.random.Streams;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class KMeansTest {
  private static float[][] centres(float[][] points, int clusters, long seed) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return KMeans.centres(points, clusters, manager, Streams.stream(seed, "k-means-test"));
    }
  }

  @Test
  void separateHeapsGetTheirMeansWhateverTheSeed() {
    // Three heaps of three points each; their means are (0,0), (10,0) and (0,20).
    float[][] points = {
      {-1, 0}, {1, 0}, {0, 0}, {9, 0}, {11, 0}, {10, 0}, {0, 19}, {0, 21}, {0, 20}
    };
    for (long seed = 0; seed < 20; seed++) {
      float[][] found = centres(points, 3, seed);
      Arrays.sort(found, Comparator.comparingDouble((float[] c) -> c[0] + 0.1 * c[1]));
      assertThat(found).isDeepEqualTo(new float[][] {{0, 0}, {0, 20}, {10, 0}});
    }
  }

  @Test
  void everyCentreIsTheMeanOfThePointsNearestToIt() {
    UniformRandomProvider random = Streams.stream(1, "k-means-test.points");
    float[][] points = new float[40][3];
    for (float[] point : points) {
      for (int d = 0; d < 3; d++) {
        point[d] = random.nextFloat();
      }
    }
    float[][] found = centres(points, 5, 3);
    double[][] sums = new double[5][3];
    int[] counts = new int[5];
    for (float[] point : points) {
      int nearest = 0;
      for (int c = 1; c < 5; c++) {
        nearest = squared(point, found[c]) < squared(point, found[nearest]) ? c : nearest;
      }
      counts[nearest]++;
      for (int d = 0; d < 3; d++) {
        sums[nearest][d] += point[d];
      }
    }
    for (int c = 0; c < 5; c++) {
      for (int d = 0; d < 3; d++) {
        assertThat((double) found[c][d]).isCloseTo(sums[c][d] / counts[c], within(1e-5));
      }
    }
  }

  @Test
  void asManyClustersAsPointsIsEveryPoint() {
    float[][] points = {{1}, {2}, {4}, {8}};
    float[][] found = centres(points, 4, 5);
    Arrays.sort(found, Comparator.comparingDouble(c -> c[0]));
    assertThat(found).isDeepEqualTo(points);
  }

  @Test
  void equalPointsAreNoObstacle() {
    float[][] points = {{1}, {1}, {1}, {1}};
    assertThat(centres(points, 3, 1)).isDeepEqualTo(new float[][] {{1}, {1}, {1}});
  }

  private static double squared(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += Math.pow(a[d] - b[d], 2);
    }
    return sum;
  }
}
