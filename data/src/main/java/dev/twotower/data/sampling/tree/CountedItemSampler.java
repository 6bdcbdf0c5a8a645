package dev.twotower.data.sampling.tree;

import dev.twotower.data.sampling.SamplerPosition;

/** What the item samplers share: counting batches, each drawn from its own random stream. */
abstract class CountedItemSampler implements ItemSampler {
  private final int batchSize;
  private final long batches;
  private long epoch;
  private long batch;

  CountedItemSampler(int batchSize, long batches) {
    this.batchSize = batchSize;
    this.batches = batches;
  }

  /** Fills {@code into}, empty before; depends on the seed, epoch and batch alone. */
  abstract void fill(long epoch, long batch, ItemBatch into);

  @Override
  public final void startEpoch(long number) {
    resume(new SamplerPosition(number, 0));
  }

  @Override
  public final boolean next(ItemBatch into) {
    if (into.capacity() < batchSize) {
      throw new IllegalArgumentException(
          "the item batch holds " + into.capacity() + " items; this sampler needs " + batchSize);
    }
    into.clear();
    if (batch == batches) {
      return false;
    }
    fill(epoch, batch, into);
    batch++;
    return true;
  }

  @Override
  public final SamplerPosition position() {
    return new SamplerPosition(epoch, batch);
  }

  @Override
  public final void resume(SamplerPosition position) {
    if (position.batch() > batches) {
      throw new IllegalArgumentException(
          "batch "
              + position.batch()
              + " lies past the "
              + batches
              + " batches of an epoch: resume with the tree, batch size and seed the position was"
              + " taken with");
    }
    epoch = position.epoch();
    batch = position.batch();
  }

  @Override
  public final long batchesPerEpoch() {
    return batches;
  }
}
