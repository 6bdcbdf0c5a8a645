package dev.twotower.data.sampling.tree;

import dev.twotower.data.sampling.SamplerPosition;

/**
 * Draws batches of distinct items, for losses on the item tower alone: seeded, resumable. Belongs
 * to one thread at a time.
 */
public interface ItemSampler {
  /** Starts the given epoch from its first batch; equal (seed, epoch) give equal batches. */
  void startEpoch(long epoch);

  /**
   * Fills the next batch; false, leaving it empty, when the epoch is over.
   *
   * @throws IllegalArgumentException when {@code into} holds fewer items than the batch size
   */
  boolean next(ItemBatch into);

  /** Where the next batch will come from. */
  SamplerPosition position();

  /** Continues exactly where {@code position} was taken; costs nothing. */
  void resume(SamplerPosition position);

  long batchesPerEpoch();
}
