package dev.twotower.trainer.tensor;

/** Rows of floats that are read a block at a time, wherever they are kept. */
public interface FloatMatrix {
  /** Names files and tensors. */
  String name();

  int rows();

  /** Length of each row. */
  int dimension();

  /**
   * Reads consecutive rows.
   *
   * @param into row-major, at least {@code count * dimension()} long
   */
  void read(int from, int count, float[] into);
}
