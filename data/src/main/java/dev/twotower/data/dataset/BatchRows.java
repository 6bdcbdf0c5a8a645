package dev.twotower.data.dataset;

/**
 * Finds how many rows a record batch of wide rows may have: the largest power of two for which
 * every batch stays within a limit. It takes the sizes of the rows one after the other and keeps a
 * sum for each power of two.
 */
final class BatchRows {
  /** What a record batch may have at most: rows, a power of two, and bytes. */
  record Limit(int rows, long bytes) {
    /** Far enough from the 2 GiB that one map of memory holds. */
    static final long BYTES = 1L << 28;
  }

  private final long limit;
  private final long[] sums;
  private long rows;
  private int shift;

  BatchRows(Limit limit) {
    this.limit = limit.bytes();
    this.shift = Integer.numberOfTrailingZeros(limit.rows());
    this.sums = new long[shift + 1];
  }

  /** The next row takes so many bytes. */
  void add(long bytes) {
    rows++;
    for (int s = 0; s <= shift; s++) {
      sums[s] += bytes;
    }
    while (shift > 0 && sums[shift] > limit) {
      shift--;
    }
    for (int s = 0; s <= shift && (rows & ((1L << s) - 1)) == 0; s++) {
      sums[s] = 0;
    }
  }

  /** Rows of a batch; 1 where even single rows exceed the limit. */
  int rowsPerBatch() {
    return 1 << shift;
  }
}
