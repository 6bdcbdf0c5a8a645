package dev.twotower.data.sampling;

/** Row numbers of one batch, in a buffer that is reused from batch to batch. */
public final class RowBatch {
  private final long[] rows;
  private int size;

  /** A buffer for batches of up to {@code capacity} rows. */
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

  public int capacity() {
    return rows.length;
  }

  /** Empties the batch; samplers call it before they fill one. */
  public void clear() {
    size = 0;
  }

  /** Appends a row, within {@link #capacity()}. */
  public void add(long row) {
    rows[size++] = row;
  }

  /** Appends rows {@code from} (inclusive) to {@code to} (exclusive). */
  public void addRange(long from, long to) {
    for (long row = from; row < to; row++) {
      rows[size++] = row;
    }
  }
}
