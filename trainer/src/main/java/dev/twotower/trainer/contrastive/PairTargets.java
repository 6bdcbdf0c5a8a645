package dev.twotower.trainer.contrastive;

import dev.twotower.data.tree.CategoryTree;
import dev.twotower.data.tree.TargetSchedule;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2DoubleOpenHashMap;
import java.util.Arrays;

/**
 * Target weights of the ordered pairs of a batch. Items on one tree node form a group; a small
 * table holds the weight of each pair of groups, and single pairs may be set on top. Filled by one
 * thread.
 */
public final class PairTargets {
  private static final float IGNORED = (float) TargetSchedule.IGNORED;

  private final int[] group;
  private final float[] table;
  private final int groups;
  private final Long2DoubleOpenHashMap overrides = new Long2DoubleOpenHashMap();

  private PairTargets(int[] group, float[] table, int groups) {
    this.group = group;
    this.table = table;
    this.groups = groups;
  }

  /**
   * Weights by tree distance.
   *
   * @param items the batch, its first {@code size} entries
   */
  public static PairTargets of(CategoryTree tree, TargetSchedule schedule, int[] items, int size) {
    int[] group = new int[size];
    int[] nodes = new int[size];
    Int2IntOpenHashMap numbers = new Int2IntOpenHashMap();
    numbers.defaultReturnValue(-1);
    for (int i = 0; i < size; i++) {
      int node = tree.nodeOf(items[i]);
      int next = numbers.size();
      int known = numbers.putIfAbsent(node, next);
      group[i] = known < 0 ? next : known;
      nodes[group[i]] = node;
    }
    int groups = numbers.size();
    float[] table = new float[groups * groups];
    for (int a = 0; a < groups; a++) {
      for (int b = 0; b <= a; b++) {
        boolean unknown = nodes[a] == tree.root() || nodes[b] == tree.root();
        float weight =
            unknown ? IGNORED : (float) schedule.weight(tree.distance(nodes[a], nodes[b]));
        table[a * groups + b] = weight;
        table[b * groups + a] = weight;
      }
    }
    return new PairTargets(group, table, groups);
  }

  /** Weight 0 for all pairs until they are set: everything is a negative of everything. */
  public static PairTargets negatives(int size) {
    return new PairTargets(new int[size], new float[1], 1);
  }

  /** Gives the pairs (i, j) and (j, i) at least this weight; what was ignored takes part then. */
  public void raise(int i, int j, float weight) {
    if (i != j && weight > weight(i, j)) {
      overrides.put(key(i, j), weight);
      overrides.put(key(j, i), weight);
    }
  }

  /** Items in the batch. */
  public int size() {
    return group.length;
  }

  /** The weight of an ordered pair, {@link TargetSchedule#IGNORED} when it is left out. */
  public float weight(int i, int j) {
    if (i == j) {
      return IGNORED;
    }
    return (float) overrides.getOrDefault(key(i, j), table[group[i] * groups + group[j]]);
  }

  /** Shares of the batch's pairs. */
  public Counts counts() {
    long[] sizes = new long[groups];
    for (int g : group) {
      sizes[g]++;
    }
    double positive = 0;
    double ignored = 0;
    for (int a = 0; a < groups; a++) {
      for (int b = 0; b < groups; b++) {
        double pairs = (double) sizes[a] * (a == b ? sizes[b] - 1 : sizes[b]);
        positive += table[a * groups + b] > 0 ? pairs : 0;
        ignored += table[a * groups + b] < 0 ? pairs : 0;
      }
    }
    for (var override : overrides.long2DoubleEntrySet()) {
      float before =
          table[group[row(override.getLongKey())] * groups + group[(int) override.getLongKey()]];
      positive += (override.getDoubleValue() > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
      ignored -= before < 0 ? 1 : 0;
    }
    double all = Math.max(1, (double) size() * (size() - 1));
    int anchors = 0;
    for (float total : totals()) {
      anchors += total > 0 ? 1 : 0;
    }
    return new Counts(anchors, positive / all, ignored / all);
  }

  /**
   * What a batch's pairs are.
   *
   * @param anchors items with at least one positive pair
   * @param positiveShare pairs with a weight above 0, of all
   * @param ignoredShare pairs left out, of all
   */
  public record Counts(int anchors, double positiveShare, double ignoredShare) {}

  /** The sum of each anchor's weights. */
  float[] totals() {
    long[] sizes = new long[groups];
    for (int g : group) {
      sizes[g]++;
    }
    double[] ofGroup = new double[groups];
    for (int a = 0; a < groups; a++) {
      for (int b = 0; b < groups; b++) {
        float weight = Math.max(0, table[a * groups + b]);
        ofGroup[a] += weight * (a == b ? sizes[b] - 1 : sizes[b]);
      }
    }
    double[] totals = new double[size()];
    Arrays.setAll(totals, i -> ofGroup[group[i]]);
    for (var override : overrides.long2DoubleEntrySet()) {
      int i = row(override.getLongKey());
      int j = (int) override.getLongKey();
      totals[i] +=
          (float) override.getDoubleValue() - Math.max(0, table[group[i] * groups + group[j]]);
    }
    float[] floats = new float[size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) totals[i];
    }
    return floats;
  }

  int groups() {
    return groups;
  }

  int group(int i) {
    return group[i];
  }

  /** For each group the weights against every item of the batch, groups x size. */
  float[] rows() {
    float[] rows = new float[groups * size()];
    for (int a = 0; a < groups; a++) {
      for (int j = 0; j < size(); j++) {
        rows[a * size() + j] = table[a * groups + group[j]];
      }
    }
    return rows;
  }

  /** Calls for every set pair whose anchor lies in [from, to). */
  void forEachOverride(int from, int to, Visitor visit) {
    for (var entry : overrides.long2DoubleEntrySet()) {
      int i = row(entry.getLongKey());
      if (i >= from && i < to) {
        visit.at(i, (int) entry.getLongKey(), (float) entry.getDoubleValue());
      }
    }
  }

  /** Sees a pair that was set. */
  @FunctionalInterface
  interface Visitor {
    void at(int i, int j, float weight);
  }

  private static long key(int i, int j) {
    return (long) i << 32 | j;
  }

  private static int row(long key) {
    return (int) (key >>> 32);
  }
}
