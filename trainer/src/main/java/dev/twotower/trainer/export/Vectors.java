package dev.twotower.trainer.export;

/** Vectors of users or of items, row by row. */
public interface Vectors {
  /** {@code users} or {@code items}; names files and tensors. */
  String name();

  int rows();

  /** Length of each vector. */
  int dimension();

  /** The id the log used. */
  String id(int row);

  /**
   * Reads consecutive rows.
   *
   * @param into row-major, at least {@code count * dimension()} long
   */
  void read(int from, int count, float[] into);
}
