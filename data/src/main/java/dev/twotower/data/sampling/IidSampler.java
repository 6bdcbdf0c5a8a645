package dev.twotower.data.sampling;

import dev.twotower.data.random.Permutation;

/**
 * {@code iid}: consecutive stretches of a pseudo-random permutation of the row numbers, fresh each
 * epoch, in constant memory. The last batch is ragged; where it would hold a single row, which has
 * no negative, the batch before gives it one (batches of 2 cannot).
 */
final class IidSampler extends EpochSampler {
  private final long rows;
  private final long seed;
  private final long batches;
  private Permutation order;

  IidSampler(long rows, int batchSize, long seed) {
    super(batchSize);
    this.rows = rows;
    this.seed = seed;
    this.batches = (rows + batchSize - 1) / batchSize;
  }

  @Override
  protected void open(long epoch) {
    order = new Permutation(rows, seed, "sampler.iid", epoch);
  }

  @Override
  protected boolean fill(long batch, RowBatch into) {
    if (batch >= batches) {
      return false;
    }
    long end = start(batch + 1);
    for (long position = start(batch); position < end; position++) {
      into.add(order.at(position));
    }
    return true;
  }

  private long start(long batch) {
    if (batch == batches) {
      return rows;
    }
    boolean lendOne =
        batch == batches - 1 && batch > 0 && rows % batchSize() == 1 && batchSize() > 2;
    return batch * batchSize() - (lendOne ? 1 : 0);
  }

  @Override
  protected boolean skip(long count) {
    return count <= batches;
  }

  @Override
  public long batchesPerEpoch() {
    return batches;
  }
}
