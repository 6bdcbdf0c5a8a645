package dev.twotower.trainer.ids.vectors;

import dev.twotower.data.random.Streams;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * The directions in which a matrix's rows vary most about 0: approximately its first right singular
 * vectors, found by subspace iteration from a random start (Halko, Martinsson and Tropp 2011, arXiv
 * 0909.4061, algorithm 4.4). Deterministic for a given seed; time is proportional to entries x
 * dimension.
 */
public final class MainDirections {
  private static final int ITERATIONS = 8;

  private MainDirections() {}

  /**
   * Orthonormal directions, columns x dimension, in no particular order.
   *
   * @param dimension at most the number of columns; directions beyond the matrix's rank are 0
   */
  public static double[][] of(Matrix matrix, int dimension, long seed) {
    UniformRandomProvider random = Streams.stream(seed, "main-directions");
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    double[][] basis = new double[matrix.columns()][dimension];
    for (double[] row : basis) {
      for (int d = 0; d < dimension; d++) {
        row[d] = normal.sample();
      }
    }
    orthonormalise(basis);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      basis = matrix.transposeTimes(matrix.times(basis));
      orthonormalise(basis);
    }
    return basis;
  }

  /** The rows in terms of {@link #of}, rows x dimension. */
  static float[][] project(Matrix matrix, int dimension, long seed) {
    double[][] projected = matrix.times(of(matrix, dimension, seed));
    float[][] values = new float[projected.length][dimension];
    for (int row = 0; row < values.length; row++) {
      for (int d = 0; d < dimension; d++) {
        values[row][d] = (float) projected[row][d];
      }
    }
    return values;
  }

  /** Modified Gram-Schmidt over columns; a column that vanishes stays 0. */
  private static void orthonormalise(double[][] basis) {
    int dimension = basis[0].length;
    for (int d = 0; d < dimension; d++) {
      for (int earlier = 0; earlier < d; earlier++) {
        double along = 0;
        for (double[] row : basis) {
          along += row[d] * row[earlier];
        }
        for (double[] row : basis) {
          row[d] -= along * row[earlier];
        }
      }
      double squares = 0;
      for (double[] row : basis) {
        squares += row[d] * row[d];
      }
      double scale = squares < 1e-20 ? 0 : 1 / Math.sqrt(squares);
      for (double[] row : basis) {
        row[d] *= scale;
      }
    }
  }
}
