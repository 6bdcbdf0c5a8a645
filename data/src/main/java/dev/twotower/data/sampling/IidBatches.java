package dev.twotower.data.sampling;

/**
 * How the positions 0..rows-1 of a random order make batches: consecutive stretches of {@code
 * batchSize}. The last one is ragged; where it would hold a single row, which has no negative, the
 * batch before gives it one (batches of 2 cannot).
 */
record IidBatches(long rows, int batchSize) {
  long count() {
    return (rows + batchSize - 1) / batchSize;
  }

  /** First position of a batch; that of batch {@link #count} is {@code rows}. */
  long start(long batch) {
    long count = count();
    if (batch == count) {
      return rows;
    }
    boolean lendOne = batch == count - 1 && batch > 0 && rows % batchSize == 1 && batchSize > 2;
    return batch * batchSize - (lendOne ? 1 : 0);
  }
}
