package dev.twotower.data.sampling;

/** Row numbers of one batch, in a buffer that is reused from batch to batch. */
public final class RowBatch {
  private final long[] rows;
  private int size;

  public RowBatch(int capacity) {
    this.rows = new long[capacity];
  }

  /** The buffer; only the first {@link #size()} entries belong to the batch. */
  public long[] rows() {
    return rows;
  }

  public int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  void add(long row) {
    rows[size++] = row;
  }

  void addRange(long from, long to) {
    for (long row = from; row < to; row++) {
      rows[size++] = row;
    }
  }
}
