package dev.twotower.eval.ranking;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.BitSet;

/**
 * What ranks before every relevant item of each user, for {@code auc}. The user's relevant items
 * are put in the order of their ranking; every ranked item is counted once, at the first relevant
 * one that comes after it, which a binary search finds; sums of these counts are the places.
 */
final class AllRelevant extends RelevantPlaces {
  /** Items without training rows, where they are ranked by themselves as well; else none. */
  private final BitSet cold;

  /** Positions of the relevant items in {@link #relevant}, each user's best first. */
  private int[] order = new int[0];

  private float[] ordered = new float[0];

  /** Ranked items before an ordered one and not before the one ahead of it; the cold of them. */
  private int[] between = new int[0];

  private int[] coldBetween = new int[0];

  AllRelevant(EvaluatedUsers evaluated, BitSet cold) {
    super(evaluated);
    this.cold = cold;
  }

  @Override
  void make(int users) {
    order = new int[relevant.length];
    ordered = new float[relevant.length];
    between = new int[relevant.length];
    coldBetween = new int[relevant.length];
  }

  @Override
  void prepare(int user) {
    for (int i = starts[user]; i < starts[user + 1]; i++) {
      order[i] = i;
      between[i] = 0;
      coldBetween[i] = 0;
    }
    // A stable sort: equal scores rank by item.
    IntArrays.mergeSort(
        order,
        starts[user],
        starts[user + 1],
        (left, right) -> scores[left] > scores[right] ? -1 : scores[left] < scores[right] ? 1 : 0);
    for (int i = starts[user]; i < starts[user + 1]; i++) {
      ordered[i] = scores[order[i]];
    }
  }

  @Override
  void add(int user, float[] row, int first, int count) {
    int from = starts[user];
    int to = starts[user + 1];
    float worst = ordered[to - 1];
    for (int i = 0; i < count; i++) {
      float score = row[i];
      if (score < worst || score == Float.NEGATIVE_INFINITY) {
        continue;
      }
      int low = from;
      int high = to;
      while (low < high) {
        int middle = (low + high) >>> 1;
        boolean before =
            score > ordered[middle]
                || score == ordered[middle] && first + i < relevant[order[middle]];
        if (before) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      if (low < to) {
        between[low]++;
        coldBetween[low] += cold.get(first + i) ? 1 : 0;
      }
    }
  }

  @Override
  double reciprocal(int user) {
    int best = starts[user];
    return ordered[best] == Float.NEGATIVE_INFINITY ? 0 : 1.0 / (between[best] + 1);
  }

  /**
   * For each relevant item of a user, ascending, the share of the other items that it ranks above;
   * 0 where it does not rank.
   *
   * @param others items that are neither relevant nor left out
   */
  double[] below(int user, int others) {
    int[] before = new int[starts[user + 1] - starts[user]];
    int ranked = 0;
    for (int i = starts[user]; i < starts[user + 1]; i++) {
      ranked += between[i];
      // All relevant items ahead of it are among those before it.
      before[order[i] - starts[user]] = ranked - (i - starts[user]);
    }
    return shares(user, before, others);
  }

  /**
   * The same among the items of a part of the catalogue; of the other relevant items, anything.
   *
   * @param ofCold whether the part is the items without training rows, or those with
   * @param others items of the part that are neither relevant nor left out
   */
  double[] below(int user, boolean ofCold, int others) {
    int[] before = new int[starts[user + 1] - starts[user]];
    int ranked = 0;
    int ahead = 0;
    for (int i = starts[user]; i < starts[user + 1]; i++) {
      ranked += ofCold ? coldBetween[i] : between[i] - coldBetween[i];
      before[order[i] - starts[user]] = ranked - ahead;
      ahead += cold.get(relevant[order[i]]) == ofCold ? 1 : 0;
    }
    return shares(user, before, others);
  }

  private double[] shares(int user, int[] before, int others) {
    double[] shares = new double[before.length];
    for (int i = 0; i < shares.length; i++) {
      boolean ranks = scores[starts[user] + i] != Float.NEGATIVE_INFINITY;
      shares[i] = others == 0 ? 1 : ranks ? (double) (others - before[i]) / others : 0;
    }
    return shares;
  }
}
