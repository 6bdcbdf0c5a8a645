package dev.twotower.data.sampling;

/**
 * Draws batches of rows in one layout (design 6): seeded, resumable, every row of the split exactly
 * once an epoch.
 */
public interface BatchSampler {
  /** Starts the given epoch from its first batch; equal (seed, epoch) give equal batches. */
  void startEpoch(long epoch);

  /** Fills the next batch; false, leaving it empty, when the epoch is over. */
  boolean next(RowBatch into);

  /** Where the next batch will come from. */
  SamplerPosition position();

  /** Continues exactly where {@code position} was taken. */
  void resume(SamplerPosition position);

  /** Batches in an epoch; an estimate for layouts whose batches vary in size. */
  long batchesPerEpoch();
}
