package dev.twotower.data.sampling;

/**
 * What samplers share: counting batches, resuming, and checking what they are given. A sampler of
 * your own only defines how an epoch is opened, filled and skipped.
 */
public abstract class EpochSampler implements BatchSampler {
  private final int batchSize;
  private long epoch;
  private long batch;

  /**
   * @param batchSize most rows a batch may have
   */
  protected EpochSampler(int batchSize) {
    this.batchSize = batchSize;
  }

  protected final int batchSize() {
    return batchSize;
  }

  /** Prepares the epoch's random order. */
  protected abstract void open(long epoch);

  /**
   * Fills {@code into}, empty before, with batch number {@code batch}; false at the epoch's end.
   */
  protected abstract boolean fill(long batch, RowBatch into);

  /** Moves from the epoch's first batch to the given one; false when the epoch has fewer. */
  protected abstract boolean skip(long batches);

  @Override
  public final void startEpoch(long epoch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch " + epoch + "; epochs count from 0");
    }
    this.epoch = epoch;
    this.batch = 0;
    open(epoch);
  }

  @Override
  public final boolean next(RowBatch into) {
    if (into.capacity() < batchSize) {
      throw new IllegalArgumentException(
          "the row batch holds " + into.capacity() + " rows; this sampler needs " + batchSize);
    }
    into.clear();
    if (!fill(batch, into)) {
      return false;
    }
    batch++;
    return true;
  }

  @Override
  public final SamplerPosition position() {
    return new SamplerPosition(epoch, batch);
  }

  @Override
  public final void resume(SamplerPosition position) {
    startEpoch(position.epoch());
    if (!skip(position.batch())) {
      throw new IllegalArgumentException(
          "batch "
              + position.batch()
              + " lies past the end of epoch "
              + position.epoch()
              + " (about "
              + batchesPerEpoch()
              + " batches): resume with the data, layout, batch size and seed the position was"
              + " taken with");
    }
    batch = position.batch();
  }
}
