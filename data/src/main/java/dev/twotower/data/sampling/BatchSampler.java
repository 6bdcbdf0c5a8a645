package dev.twotower.data.sampling;

/**
 * Draws batches of rows in one layout (design 6): seeded, resumable, every row of the split exactly
 * once per epoch.
 *
 * <p>A sampler belongs to one thread at a time and allocates nothing per row or batch. A thread
 * that draws ahead takes {@link #position()} before each batch and keeps it with the batch, so that
 * a checkpoint names the first batch not yet trained on.
 */
public interface BatchSampler {
  /** Starts the given epoch from its first batch; equal (seed, epoch) give equal batches. */
  void startEpoch(long epoch);

  /**
   * Fills the next batch; false, leaving it empty, when the epoch is over.
   *
   * @throws IllegalArgumentException when {@code into} holds fewer rows than the batch size
   */
  boolean next(RowBatch into);

  /** Where the next batch will come from. */
  SamplerPosition position();

  /**
   * Continues exactly where {@code position} was taken.
   *
   * @throws IllegalArgumentException when the position lies past its epoch's last batch
   */
  void resume(SamplerPosition position);

  /** Batches in an epoch; an estimate for layouts whose batches vary in size. */
  long batchesPerEpoch();
}
