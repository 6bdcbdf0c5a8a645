package dev.twotower.trainer.ids.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.random.Streams;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class MainDirectionsTest {
  /** Rows along (3,4,0)/5 with length about 10 and along (0,0,1) with length about 1. */
  private static float[][] rows() {
    UniformRandomProvider random = Streams.stream(1, "main-directions-test");
    float[][] rows = new float[200][];
    for (int row = 0; row < 200; row++) {
      float along = 10 * (random.nextFloat() - 0.5f);
      rows[row] = new float[] {3 * along, 4 * along, random.nextFloat() - 0.5f};
    }
    return rows;
  }

  @Test
  void theFirstDirectionIsThatOfMostVariance() {
    double[][] found = MainDirections.of(Matrix.of(rows()), 1, 7);
    double sign = Math.signum(found[0][0]);
    assertThat(sign * found[0][0]).isCloseTo(0.6, within(1e-3));
    assertThat(sign * found[1][0]).isCloseTo(0.8, within(1e-3));
    assertThat(sign * found[2][0]).isCloseTo(0, within(1e-2));
  }

  @Test
  void allDirectionsKeepEveryDotProduct() {
    float[][] rows = {{1, 2, 0}, {0, 1, 5}, {2, 0, 1}, {1, 1, 1}};
    float[][] projected = MainDirections.project(Matrix.of(rows), 3, 1);
    for (int a = 0; a < 4; a++) {
      for (int b = 0; b < 4; b++) {
        assertThat(dot(projected[a], projected[b])).isCloseTo(dot(rows[a], rows[b]), within(1e-4));
      }
    }
  }

  @Test
  void directionsBeyondTheRankAreZero() {
    float[][] rows = {{1, 1}, {2, 2}};
    double[][] found = MainDirections.of(Matrix.of(rows), 2, 1);
    double first = Math.abs(found[0][0]);
    assertThat(first).isCloseTo(Math.sqrt(0.5), within(1e-9));
    assertThat(Math.hypot(found[0][1], found[1][1])).isLessThan(1e-6);
  }

  @Test
  void aSparseMatrixGivesWhatTheDenseOneDoes() {
    float[][] dense = {{0, 2, 0, 1}, {3, 0, 0, 0}, {0, 0, 4, 5}};
    SparseRows sparse =
        new SparseRows(new int[][] {{1, 3}, {0}, {2, 3}}, new float[][] {{2, 1}, {3}, {4, 5}}, 4);
    assertThat(MainDirections.of(sparse, 2, 3))
        .isDeepEqualTo(MainDirections.of(Matrix.of(dense), 2, 3));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }
}
