package dev.twotower.data.sampling;

import dev.twotower.data.random.Permutation;
import java.util.Optional;

/**
 * {@code iid}: consecutive stretches of a pseudo-random permutation of the row numbers, fresh each
 * epoch, in constant memory. With a {@link ShuffledCopy}, the same rows in the same order, whose
 * columns are read there.
 */
final class IidSampler extends EpochSampler {
  private final IidBatches batches;
  private final long seed;
  private final Optional<ShuffledCopy> copy;
  private Permutation order;
  private long epoch;

  IidSampler(IidBatches batches, long seed, Optional<ShuffledCopy> copy) {
    super(batches.batchSize());
    this.batches = batches;
    this.seed = seed;
    this.copy = copy;
  }

  @Override
  protected void open(long number) {
    epoch = number;
    order = new Permutation(batches.rows(), seed, "sampler.iid", epoch);
  }

  @Override
  protected boolean fill(long batch, RowBatch into) {
    if (batch >= batches.count()) {
      return false;
    }
    long start = batches.start(batch);
    long end = batches.start(batch + 1);
    for (long position = start; position < end; position++) {
      into.add(order.at(position));
    }
    if (copy.isPresent()) {
      copy.get().show(epoch, order, batch);
      into.copiedFrom(start);
    }
    return true;
  }

  @Override
  protected boolean skip(long count) {
    return count <= batches.count();
  }

  @Override
  public long batchesPerEpoch() {
    return batches.count();
  }
}
