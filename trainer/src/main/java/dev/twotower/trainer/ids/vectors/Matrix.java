package dev.twotower.trainer.ids.vectors;

/** A matrix that is used only through its products with vectors. */
public interface Matrix {
  int columns();

  /** This matrix times a dense one of {@code columns} rows. */
  double[][] times(double[][] right);

  /** The transpose of this matrix times a dense one of as many rows as this has. */
  double[][] transposeTimes(double[][] right);

  /** A matrix of the given rows, all of one length. */
  static Matrix of(float[][] rows) {
    return new DenseRows(rows);
  }
}
