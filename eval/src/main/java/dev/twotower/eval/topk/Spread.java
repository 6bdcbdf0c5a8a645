package dev.twotower.eval.topk;

import java.util.Arrays;

/**
 * Keeps a list within a {@link GroupLimit}: the best items in order, each taken if its group has
 * room. An item whose group is full of better ones never gets in, whatever comes later, so it can
 * be dropped at once.
 */
final class Spread {
  private final GroupLimit limit;
  private final int[] taken;

  /** What full groups admit only above. */
  private final float[] floor;

  Spread(GroupLimit limit) {
    this.limit = limit;
    this.taken = new int[limit.groups()];
    this.floor = new float[limit.groups()];
    clear();
  }

  void clear() {
    Arrays.fill(floor, Float.NEGATIVE_INFINITY);
  }

  boolean admits(float score, int item) {
    int group = limit.groupOf()[item];
    return group < 0 || score > floor[group];
  }

  /**
   * Keeps the best, in falling order.
   *
   * @param ascending entries in ascending order
   * @return how many are kept
   */
  int cut(long[] ascending, int size, int k) {
    LargestFirst.reverse(ascending, size);
    Arrays.fill(taken, 0);
    int kept = 0;
    for (int i = 0; i < size && kept < k; i++) {
      int group = limit.groupOf()[TopItems.item(ascending[i])];
      if (group >= 0) {
        if (taken[group] == limit.most()) {
          continue;
        }
        if (++taken[group] == limit.most()) {
          floor[group] = TopItems.score(ascending[i]);
        }
      }
      ascending[kept++] = ascending[i];
    }
    return kept;
  }
}
