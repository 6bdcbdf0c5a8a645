package dev.twotower.data.sampling;

/** Row numbers of one batch, in a buffer that is reused from batch to batch. */
public final class RowBatch {
  private final long[] rows;
  private int size;

  /** Place of the first row in a copy; negative where there is none. */
  private long copied = -1;

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
    copied = -1;
  }

  /** Says that a copy of the rows has them one after the other, from this place on. */
  void copiedFrom(long place) {
    copied = place;
  }

  /**
   * Where the columns of a row of the batch are read: at its number, or at its place in the
   * sampler's own copy ({@link DiskShuffle}).
   */
  public long place(int i) {
    return copied < 0 ? rows[i] : copied + i;
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
