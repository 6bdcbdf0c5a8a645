package dev.twotower.trainer.ids.vectors;

/** A matrix by rows. */
record DenseRows(float[][] values) implements Matrix {
  @Override
  public int columns() {
    return values[0].length;
  }

  @Override
  public double[][] times(double[][] right) {
    double[][] product = new double[values.length][right[0].length];
    for (int row = 0; row < product.length; row++) {
      for (int column = 0; column < right.length; column++) {
        SparseRows.add(product[row], right[column], values[row][column]);
      }
    }
    return product;
  }

  @Override
  public double[][] transposeTimes(double[][] right) {
    double[][] product = new double[columns()][right[0].length];
    for (int row = 0; row < values.length; row++) {
      for (int column = 0; column < product.length; column++) {
        SparseRows.add(product[column], right[row], values[row][column]);
      }
    }
    return product;
  }
}
