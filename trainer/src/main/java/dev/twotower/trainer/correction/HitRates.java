package dev.twotower.trainer.correction;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.BatchSampler;
import dev.twotower.data.sampling.Layout;
import dev.twotower.data.sampling.RowBatch;
import dev.twotower.data.sampling.Samplers;
import dev.twotower.trainer.config.LossConfig.Counting;
import java.util.Arrays;

/**
 * The probability that a batch of the layout contains an item.
 *
 * <p>Exact for {@code iid}: B of N rows are drawn without replacement, so an item of n rows is
 * missed with probability C(N-n, B) / C(N, B), in full batches: the ragged last one holds fewer,
 * which matters only if an epoch has few batches (9 % too high at N = 520, B = 64). Exact for
 * {@code sorted}: cuts are equally likely everywhere, so two neighbouring rows of an item that are
 * d apart are separated with probability min(d, B) / B, and an item with r such neighbours is in
 * {@code 1 + sum of those} batches per epoch, of {@code 1 + (N-1)/B}. Other layouts are measured:
 * the share of batches of a few simulated epochs that contain the item.
 */
final class HitRates implements Proposal {
  /** Simulated epochs; an item of n rows is in 1 to n batches of each, so few are enough. */
  private static final int EPOCHS = 4;

  private final double[] hits;

  private HitRates(double[] hits) {
    this.hits = hits;
  }

  /**
   * Works out the rates of a training split; takes a pass over its rows, or a few where the layout
   * is simulated.
   *
   * @param batchSize rows per batch
   * @param seed of the simulation
   */
  public static HitRates of(Layout layout, TrainCounts counts, int batchSize, long seed) {
    if (layout instanceof Layout.Iid) {
      return iid(counts, batchSize);
    }
    // Batches of 2 join the ends of storage, which the formula does not know.
    if (layout instanceof Layout.Sorted && batchSize > 2) {
      return sorted(counts.train(), counts.items(), batchSize);
    }
    return measured(layout, counts.train(), counts.items(), batchSize, seed);
  }

  private static HitRates iid(TrainCounts counts, int batchSize) {
    long total = counts.total();
    int most = 0;
    for (int item = 0; item < counts.items(); item++) {
      most = Math.max(most, counts.rows(item));
    }
    // C(N-n, B) / C(N, B) = product over k < n of (1 - B / (N-k))
    double[] logMissed = new double[most + 1];
    for (int rows = 1; rows <= most; rows++) {
      long left = total - rows + 1;
      logMissed[rows] =
          left <= batchSize
              ? Double.NEGATIVE_INFINITY
              : logMissed[rows - 1] + Math.log1p(-(double) batchSize / left);
    }
    double[] hits = new double[counts.items()];
    Arrays.setAll(hits, item -> -Math.expm1(logMissed[counts.rows(item)]));
    return new HitRates(hits);
  }

  private static HitRates sorted(Interactions train, int items, int batchSize) {
    double[] batches = new double[items];
    long[] last = new long[items];
    Arrays.fill(last, -1);
    for (long row = 0; row < train.rows(); row++) {
      int item = train.item(row);
      batches[item] +=
          last[item] < 0 ? 1 : (double) Math.min(row - last[item], batchSize) / batchSize;
      last[item] = row;
    }
    double all = 1 + (train.rows() - 1.0) / batchSize;
    Arrays.setAll(batches, item -> batches[item] / all);
    return new HitRates(batches);
  }

  /** Counts hits in simulated epochs, for any layout. */
  static HitRates measured(Layout layout, Interactions train, int items, int batchSize, long seed) {
    BatchSampler sampler =
        Samplers.create(layout, train, batchSize, Streams.key(seed, "correction.hits"));
    RowBatch batch = new RowBatch(batchSize);
    double[] hits = new double[items];
    int[] lastHit = new int[items];
    int batches = 0;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      sampler.startEpoch(epoch);
      while (sampler.next(batch)) {
        batches++;
        for (int i = 0; i < batch.size(); i++) {
          int item = train.item(batch.rows()[i]);
          if (lastHit[item] != batches) {
            lastHit[item] = batches;
            hits[item]++;
          }
        }
      }
    }
    int all = batches;
    Arrays.setAll(hits, item -> hits[item] / all);
    return new HitRates(hits);
  }

  @Override
  public Counting counting() {
    return Counting.UNIQUE;
  }

  @Override
  public double q(int item) {
    return hits[item];
  }
}
