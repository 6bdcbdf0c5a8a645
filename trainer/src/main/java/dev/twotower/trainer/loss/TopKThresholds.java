package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.LossConfig.Counting;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.Arrays;

/**
 * The score of the K-th item of the catalogue for each query, estimated from a batch (theory in the
 * package description). Engines differ in how often they repeat a request or an item; here each is
 * there once, so that they agree.
 */
final class TopKThresholds {
  /** The K-th item is looked for among this many times K distinct items of the batch. */
  private static final int SEARCHED = 4;

  private final int k;
  private final NegativesPlan plan;
  private final BatchIndex index;

  /** How many items of the catalogue each distinct item stands for, where it is not the user's. */
  private final double[] mass;

  /** A column of the plan for each distinct item. */
  private final int[] column;

  /** What rows carry, as pairs of distinct user and distinct item. */
  private final LongOpenHashSet engaged;

  /**
   * @param k K
   * @param counting what log q counts
   * @param columnLogQ log q of each plan column
   */
  TopKThresholds(int k, Counting counting, NegativesPlan plan, float[] columnLogQ) {
    this.k = k;
    this.plan = plan;
    this.index = plan.index();
    this.mass = new double[index.columns()];
    this.column = new int[index.columns()];
    this.engaged = new LongOpenHashSet(index.size());
    for (int item = 0; item < column.length; item++) {
      int at = item;
      plan.columnsOf(item, each -> column[at] = each);
      double hits =
          switch (counting) {
            case ROWS -> (double) index.multiplicity(item) / index.candidates();
            case UNIQUE -> 1;
          };
      mass[item] = hits * Math.exp(-columnLogQ[column[item]]);
    }
    for (int row = 0; row < index.size(); row++) {
      engaged.add(pair(index.rowUser(row), index.rowColumn(row)));
    }
  }

  private static long pair(int user, int item) {
    return (long) user << 32 | item;
  }

  /**
   * The thresholds, by query of the plan.
   *
   * @param scratch owner of what is not freed before returning
   * @param x query vectors, queries x d
   * @param y column vectors, columns x d
   * @param tileElements scores that are held at a time, about
   */
  float[] of(NDManager scratch, NDArray x, NDArray y, int tileElements) {
    int[] number = new int[index.requests()];
    Arrays.fill(number, -1);
    int[] first = new int[plan.queries()];
    int distinct = 0;
    for (int query = 0; query < plan.queries(); query++) {
      int request = plan.queryRequest(query);
      if (number[request] < 0) {
        number[request] = distinct;
        first[distinct++] = query;
      }
    }
    NDArray queries = GatheredRows.of(scratch, x, Arrays.copyOf(first, distinct));
    NDArray items = GatheredRows.of(scratch, y, column).transpose();
    int searched = (int) Math.min(column.length, (long) SEARCHED * k);
    int tile = Math.max(1, tileElements / column.length);
    float[] found = new float[distinct];
    for (int from = 0; from < distinct; from += tile) {
      int to = Math.min(distinct, from + tile);
      try (NDManager part = scratch.newSubManager()) {
        NDArray some = queries.get(new NDIndex().addSliceDim(from, to));
        some.attach(part);
        NDList best = some.matMul(items).topK(searched, 1, true, true);
        best.attach(part);
        float[] scores = best.get(0).toFloatArray();
        long[] which = best.get(1).toLongArray();
        for (int at = from; at < to; at++) {
          int user = index.requestUser(plan.queryRequest(first[at]));
          int start = (at - from) * searched;
          found[at] = scores[place(user, which, start, start + searched)];
        }
      }
    }
    float[] thresholds = new float[plan.queries()];
    for (int query = 0; query < thresholds.length; query++) {
      thresholds[query] = found[number[plan.queryRequest(query)]];
    }
    return thresholds;
  }

  /** Where, among a user's best items, the middle of one is past K - 1 items of the catalogue. */
  private int place(int user, long[] best, int start, int end) {
    double above = 0;
    for (int at = start; at < end; at++) {
      int item = (int) best[at];
      double stands = engaged.contains(pair(user, item)) ? 1 : mass[item];
      if (above + stands / 2 > k - 1) {
        return at;
      }
      above += stands;
    }
    return end - 1;
  }
}
