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
    requireBatches(rows, batchSize);
    EpochSampler sampler = sampler(layout, rows, batchSize, seed);
    sampler.startEpoch(0);
    return sampler;
  }

  static void requireBatches(Interactions rows, int batchSize) {
    if (rows.rows() < 2) {
      throw new IllegalArgumentException(
          "the split has "
              + Amount.of(rows.rows(), "row")
              + "; in-batch negatives need at least 2: choose another split, or import with a"
              + " split rule that leaves it rows");
    }
    if (batchSize < 2 || batchSize > rows.rows()) {
      throw new IllegalArgumentException(
          "batch size "
              + batchSize
              + "; allowed: 2.."
              + rows.rows()
              + " (the rows of the split); change --batch-size or the config's batch size");
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
