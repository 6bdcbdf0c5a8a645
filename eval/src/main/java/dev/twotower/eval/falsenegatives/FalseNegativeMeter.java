package dev.twotower.eval.falsenegatives;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.BatchSampler;
import dev.twotower.data.sampling.Layout;
import dev.twotower.data.sampling.RowBatch;
import dev.twotower.data.sampling.Samplers;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.eval.batch.IndexedBatches;
import dev.twotower.eval.batch.TrainEngagement;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.MaskSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/** Measures false negatives over an epoch of training batches (package description). */
public final class FalseNegativeMeter {
  /** Asks for every batch of the epoch. */
  public static final int WHOLE_EPOCH = 0;

  private final Interactions train;
  private final int items;

  /**
   * A meter of a training split.
   *
   * @param train the rows that batches are made of, and that say who engaged with what
   * @param items size of the catalogue
   */
  public FalseNegativeMeter(Interactions train, int items) {
    this.train = train;
    this.items = items;
  }

  /** Measures the training split of a data set; see the other {@code measure}. */
  public static FalseNegatives measure(
      Dataset dataset, Layout layout, int batchSize, MaskSet masks, long seed, int maxBatches) {
    return new FalseNegativeMeter(dataset.interactions(Split.TRAIN), dataset.items())
        .measure(layout, batchSize, masks, seed, maxBatches);
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
    BatchIndex index = new BatchIndex(items, new TrainEngagement(train), true);
    var batches = new IndexedBatches(sampler, new BatchReader(train, masks), batchSize, index);
    BatchCounts counts = new BatchCounts(masks);
    EpochShare share = new EpochShare();
    RowBatch batch = new RowBatch(batchSize);
    if (maxBatches == WHOLE_EPOCH) {
      long at = 0;
      for (; sampler.next(batch); at++) {
        if (at % shares == number) {
          batches.take(batch);
          share.add(at, counts.count(index));
        }
      }
      return share.of(at);
    }
    Reservoir reservoir = new Reservoir(maxBatches, seed);
    while (sampler.next(batch)) {
      reservoir.offer(batch);
    }
    for (int at = number; at < reservoir.kept.size(); at += shares) {
      batches.take(reservoir.kept.get(at));
      share.add(at, counts.count(index));
    }
    return share.of(reservoir.offered);
  }

  /** A uniform sample of the batches of a stream of unknown length. */
  private static final class Reservoir {
    private final int capacity;
    private final UniformRandomProvider random;
    private final List<long[]> kept = new ArrayList<>();
    private long offered;

    Reservoir(int capacity, long seed) {
      this.capacity = capacity;
      this.random = Streams.stream(seed, "eval.falsenegatives");
    }

    void offer(RowBatch batch) {
      offered++;
      if (kept.size() < capacity) {
        kept.add(copy(batch));
      } else {
        long place = random.nextLong(offered);
        if (place < capacity) {
          kept.set((int) place, copy(batch));
        }
      }
    }

    private static long[] copy(RowBatch batch) {
      return Arrays.copyOf(batch.rows(), batch.size());
    }
  }
}
