package dev.twotower.data.sampling;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.message.Amount;
import java.util.Optional;

/** Makes the sampler of a layout. */
public final class Samplers {
  private Samplers() {}

  /**
   * A sampler at the first batch of epoch 0.
   *
   * @param rows the split to read
   * @param batchSize rows per batch, 2..rows of the split; only an epoch's last batches are
   *     smaller, and those of {@link Layout.Requests}, which keep requests whole
   * @param seed equal seeds give equal batches
   * @throws IllegalArgumentException when the split is too small for the batch size
   */
  public static BatchSampler create(Layout layout, Interactions rows, int batchSize, long seed) {
    requireBatches(rows.rows(), batchSize);
    EpochSampler sampler = sampler(layout, rows, batchSize, seed);
    sampler.startEpoch(0);
    return sampler;
  }

  /**
   * Refuses batches that a split has too few rows for.
   *
   * @param rows of the training split
   * @throws IllegalArgumentException with both numbers, and what is allowed
   */
  public static void requireBatches(long rows, int batchSize) {
    if (batchSize < 2 || batchSize > rows) {
      throw new IllegalArgumentException(
          "batchSize is %d, but the training split has %s; %s"
              .formatted(
                  batchSize,
                  Amount.of(rows, "row"),
                  rows < 2
                      ? "a batch needs 2 at least: import the data with another --split"
                      : "allowed: 2 to " + rows));
    }
  }

  private static EpochSampler sampler(Layout layout, Interactions rows, int batchSize, long seed) {
    if (layout instanceof Layout.Iid) {
      return new IidSampler(new IidBatches(rows.rows(), batchSize), seed, Optional.empty());
    }
    if (layout instanceof Layout.Sorted) {
      return new SortedSampler(rows.rows(), batchSize, seed);
    }
    return new ShuffleBufferSampler(rows, batchSize, (Layout.Requests) layout, seed);
  }
}
