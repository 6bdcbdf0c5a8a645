package dev.twotower.trainer.ids.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Cluster centres to start codes from: k-means++ seeding (Arthur and Vassilvitskii 2007), then
 * Lloyd's iterations. Distances are computed by the engine, sums in double. Seeded.
 */
final class KMeans {
  private static final int ITERATIONS = 20;

  private KMeans() {}

  /**
   * Clusters points.
   *
   * @param points n x d, n at least {@code clusters}
   * @return clusters x d
   */
  static float[][] centres(
      float[][] points, int clusters, NDManager manager, UniformRandomProvider random) {
    float[][] centres = seed(points, clusters, random);
    try (NDManager scratch = manager.newSubManager()) {
      NDArray all = scratch.create(points);
      int[] assigned = new int[0];
      for (int iteration = 0; iteration < ITERATIONS; iteration++) {
        int[] next = Nearest.of(scratch, all, centres);
        if (Arrays.equals(next, assigned)) {
          break;
        }
        assigned = next;
        move(points, assigned, centres, random);
      }
    }
    return centres;
  }

  /** Each next centre is a point drawn in proportion to its squared distance from the others. */
  private static float[][] seed(float[][] points, int clusters, UniformRandomProvider random) {
    float[][] centres = new float[clusters][];
    double[] distance = new double[points.length];
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
    int chosen = random.nextInt(points.length);
    for (int c = 0; c < clusters; c++) {
      centres[c] = points[chosen].clone();
      double sum = 0;
      for (int i = 0; i < points.length; i++) {
        distance[i] = Math.min(distance[i], squared(points[i], centres[c]));
        sum += distance[i];
      }
      chosen = sum == 0 ? random.nextInt(points.length) : draw(distance, sum, random);
    }
    return centres;
  }

  private static int draw(double[] weight, double sum, UniformRandomProvider random) {
    double aim = random.nextDouble() * sum;
    int chosen = 0;
    for (int i = 0; i < weight.length; i++) {
      if (weight[i] > 0) {
        chosen = i;
        aim -= weight[i];
        if (aim < 0) {
          break;
        }
      }
    }
    return chosen;
  }

  /** Centres go to the mean of their points; one without points to a random point. */
  private static void move(
      float[][] points, int[] assigned, float[][] centres, UniformRandomProvider random) {
    int dimension = points[0].length;
    double[][] sums = new double[centres.length][dimension];
    int[] counts = new int[centres.length];
    for (int i = 0; i < points.length; i++) {
      counts[assigned[i]]++;
      double[] sum = sums[assigned[i]];
      for (int d = 0; d < dimension; d++) {
        sum[d] += points[i][d];
      }
    }
    for (int c = 0; c < centres.length; c++) {
      if (counts[c] == 0) {
        centres[c] = points[random.nextInt(points.length)].clone();
        continue;
      }
      for (int d = 0; d < dimension; d++) {
        centres[c][d] = (float) (sums[c][d] / counts[c]);
      }
    }
  }

  private static double squared(float[] a, float[] b) {
    float sum = 0;
    for (int d = 0; d < a.length; d++) {
      float difference = a[d] - b[d];
      sum += difference * difference;
    }
    return sum;
  }
}
