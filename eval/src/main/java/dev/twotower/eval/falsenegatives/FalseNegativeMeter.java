package dev.twotower.eval.falsenegatives;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.parallel.Workers;
import dev.twotower.data.sampling.BatchSampler;
import dev.twotower.data.sampling.Layout;
import dev.twotower.data.sampling.RowBatch;
import dev.twotower.data.sampling.Samplers;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.eval.batch.TrainEngagement;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.MaskSet;
import java.util.List;

/** Measures false negatives over an epoch of training batches (package description). */
public final class FalseNegativeMeter {
  /** Asks for every batch of the epoch. */
  public static final int WHOLE_EPOCH = 0;

  private final Interactions train;
  private final int items;
  private final Workers workers;

  /**
   * A meter of a training split.
   *
   * @param train the rows that batches are made of, and that say who engaged with what
   * @param items size of the catalogue
   * @param threads that count at once, from 1; the figures do not depend on them
   */
  public FalseNegativeMeter(Interactions train, int items, int threads) {
    this.train = train;
    this.items = items;
    this.workers = new Workers(threads);
  }

  /**
   * Measures the batches of epoch 0.
   *
   * @param batchSize rows per batch, 2 to the rows of the split
   * @param seed of the batches and of the sample
   * @param maxBatches batches to measure, at least 2, drawn evenly from the epoch; or {@link
   *     #WHOLE_EPOCH}
   * @throws IllegalArgumentException where the batch size, a context column or {@code maxBatches}
   *     does not fit
   */
  public FalseNegatives measure(
      Layout layout, int batchSize, MaskSet masks, long seed, int maxBatches) {
    EpochShare share = share(layout, batchSize, masks, seed, maxBatches, 0, 1);
    return EpochShare.join(layout, batchSize, masks, List.of(share));
  }

  /**
   * Measures a share of what {@link #measure} measures: every {@code shares}-th batch of it. All
   * shares, joined by {@link EpochShare#join}, are the same to the last bit.
   *
   * @param number which share, 0 to {@code shares} - 1
   */
  public EpochShare share(
      Layout layout,
      int batchSize,
      MaskSet masks,
      long seed,
      int maxBatches,
      int number,
      int shares) {
    if (maxBatches != WHOLE_EPOCH && maxBatches < 2) {
      throw new IllegalArgumentException(
          "batches to measure is "
              + maxBatches
              + "; allowed: 2 or more for an interval, or 0 for the whole epoch");
    }
    BatchSampler sampler = Samplers.create(layout, train, batchSize, seed);
    SharedBatches batches =
        maxBatches == WHOLE_EPOCH
            ? SharedBatches.ofEpoch(sampler, number, shares)
            : SharedBatches.ofSample(
                sampler, maxBatches, seed, new RowBatch(batchSize), number, shares);
    BatchReader reader = new BatchReader(train, masks);
    EpochShare share = new EpochShare();
    workers.each(workers.threads(), thread -> count(batches, reader, batchSize, masks, share));
    return share.of(batches.epochBatches());
  }

  /** Counts batches for as long as there are any; several threads may do so at once. */
  private void count(
      SharedBatches batches, BatchReader reader, int batchSize, MaskSet masks, EpochShare into) {
    RowBatch batch = new RowBatch(batchSize);
    BatchIds ids = reader.newBatch();
    BatchIndex index = new BatchIndex(items, new TrainEngagement(train), true);
    BatchCounts counts = new BatchCounts(masks);
    for (long at = batches.next(batch); at >= 0; at = batches.next(batch)) {
      reader.read(batch, ids);
      index.index(ids);
      into.add(at, counts.count(index));
    }
  }
}
