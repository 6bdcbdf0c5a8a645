package dev.twotower.data.sampling.tree;

import dev.twotower.data.sampling.SamplerPosition;

/**
 * Draws batches of distinct items, for losses on the item tower alone: seeded, resumable; each
 * batch is drawn from its own random stream. Belongs to one thread at a time.
 */
public abstract class ItemSampler {
  private final int batchSize;
  private final long batches;
  private long epoch;
  private long batch;

  /**
   * @param batchSize items a batch
   * @param batches batches an epoch
   */
  protected ItemSampler(int batchSize, long batches) {
    this.batchSize = batchSize;
    this.batches = batches;
  }

  /**
   * Fills a batch; what is drawn depends on the seed, epoch and batch alone.
   *
   * @param into empty before
   */
  protected abstract void fill(long epoch, long batch, ItemBatch into);

  /** Starts the given epoch from its first batch; equal (seed, epoch) give equal batches. */
  public final void startEpoch(long number) {
    resume(new SamplerPosition(number, 0));
  }

  /**
   * Fills the next batch; false, leaving it empty, when the epoch is over.
   *
   * @throws IllegalArgumentException when {@code into} holds fewer items than the batch size
   */
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

  /** Where the next batch will come from. */
  public final SamplerPosition position() {
    return new SamplerPosition(epoch, batch);
  }

  /** Continues exactly where {@code position} was taken; costs nothing. */
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

  public final long batchesPerEpoch() {
    return batches;
  }
}
