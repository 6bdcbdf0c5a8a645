package dev.twotower.trainer.ids.vectors;

/**
 * A sparse matrix by rows.
 *
 * @param numbers column numbers of each row's entries
 * @param weights their values
 * @param columns number of columns
 */
record SparseRows(int[][] numbers, float[][] weights, int columns) implements Matrix {
  int rows() {
    return numbers.length;
  }

  @Override
  public double[][] times(double[][] right) {
    int width = right[0].length;
    double[][] product = new double[rows()][width];
    for (int row = 0; row < product.length; row++) {
      for (int i = 0; i < numbers[row].length; i++) {
        add(product[row], right[numbers[row][i]], weights[row][i]);
      }
    }
    return product;
  }

  @Override
  public double[][] transposeTimes(double[][] right) {
    double[][] product = new double[columns][right[0].length];
    for (int row = 0; row < rows(); row++) {
      for (int i = 0; i < numbers[row].length; i++) {
        add(product[numbers[row][i]], right[row], weights[row][i]);
      }
    }
    return product;
  }

  /** Adds a weighted vector. */
  static void add(double[] into, double[] vector, double weight) {
    for (int d = 0; d < into.length; d++) {
      into[d] += weight * vector[d];
    }
  }
}
