package dev.twotower.data.sampling.tree;

import dev.twotower.data.message.Amount;
import dev.twotower.data.tree.CategoryTree;
import java.util.Arrays;
import java.util.Locale;

/**
 * Counts what batches of items are made of (design 7). Add each batch of an epoch, then read the
 * {@link #report}. Counting takes time in proportion to a batch's items, not its pairs. Works on
 * batches of any sampler.
 */
public final class Composition {
  private final CategoryTree tree;
  private final long[] drawsOfItem;
  private final long[] drawsOfNode;
  private long batches;
  private long items;
  private final long[] roles = new long[ItemBatch.Role.values().length];
  private double pairs;
  private double sameLeaf;
  private double sibling;
  private double related;
  private long lackingAClass;

  // Counts of the batch in hand, reset after it.
  private final int[] onNode;
  private final int[] belowNode;
  private final int[] inBranch;

  /** An empty count over the items of a tree. */
  public Composition(CategoryTree tree) {
    this.tree = tree;
    this.drawsOfItem = new long[tree.items()];
    this.drawsOfNode = new long[tree.nodes()];
    this.onNode = new int[tree.nodes()];
    this.belowNode = new int[tree.nodes()];
    this.inBranch = new int[tree.nodes()];
  }

  /** Counts a batch. */
  public void add(ItemBatch batch) {
    batches++;
    items += batch.size();
    for (int slot = 0; slot < batch.slots(); slot++) {
      roles[batch.slotRole(slot).ordinal()] += batch.slotEnd(slot) - batch.slotStart(slot);
    }
    double same = 0;
    double siblings = 0;
    double kin = 0;
    int root = tree.root();
    // Adding items one by one, each meets those before it.
    for (int i = 0; i < batch.size(); i++) {
      int item = batch.items()[i];
      int node = tree.nodeOf(item);
      drawsOfItem[item]++;
      drawsOfNode[node]++;
      if (node == root) {
        continue;
      }
      int parent = tree.parent(node);
      int branch = tree.ancestorAt(node, 1);
      same += onNode[node];
      // Distance 1: children of the same parent, or parent and child.
      siblings += belowNode[node];
      if (parent != root) {
        siblings += belowNode[parent] - onNode[node] + onNode[parent];
        belowNode[parent]++;
      }
      kin += inBranch[branch];
      onNode[node]++;
      inBranch[branch]++;
    }
    for (int i = 0; i < batch.size(); i++) {
      int node = tree.nodeOf(batch.items()[i]);
      if (node != root) {
        onNode[node] = 0;
        belowNode[tree.parent(node)] = 0;
        inBranch[tree.ancestorAt(node, 1)] = 0;
      }
    }
    double all = batch.size() * (batch.size() - 1.0) / 2;
    pairs += all;
    sameLeaf += same;
    sibling += siblings;
    related += kin;
    lackingAClass += same == 0 || siblings == 0 || kin == all ? 1 : 0;
  }

  /** The counts so far. */
  public Report report() {
    long categories = 0;
    long drawnCategories = 0;
    for (int node = 0; node < tree.nodes(); node++) {
      if (node != tree.root() && tree.ownItemCount(node) > 0) {
        categories++;
        drawnCategories += drawsOfNode[node] > 0 ? 1 : 0;
      }
    }
    long drawnItems = Arrays.stream(drawsOfItem).filter(draws -> draws > 0).count();
    double squares = Arrays.stream(drawsOfNode).mapToDouble(draws -> (double) draws * draws).sum();
    double all = Math.max(1, pairs);
    double drawn = Math.max(1, items);
    return new Report(
        batches,
        items,
        sameLeaf / all,
        sibling / all,
        (related - sameLeaf - sibling) / all,
        (pairs - related) / all,
        lackingAClass,
        roles[ItemBatch.Role.RELATED.ordinal()] / drawn,
        roles[ItemBatch.Role.NEAR.ordinal()] / drawn,
        roles[ItemBatch.Role.FAR.ordinal()] / drawn,
        categories == 0 ? 0 : (double) drawnCategories / categories,
        tree.items() == 0 ? 0 : (double) drawnItems / tree.items(),
        Arrays.stream(drawsOfNode).max().orElse(0) / drawn,
        squares == 0 ? 0 : drawn * drawn / squares);
  }

  /**
   * What batches were made of.
   *
   * @param batches batches counted
   * @param items items drawn, repeats over batches included
   * @param sameLeaf share of pairs on one node (distance 0)
   * @param sibling share of pairs at distance 1
   * @param cousin share of pairs farther apart that share an ancestor below the root
   * @param unrelated share of pairs that share only the root
   * @param batchesLackingAClass batches without a same-leaf, a sibling or an unrelated pair
   * @param relatedItems share of items drawn under a chosen parent
   * @param nearItems share drawn near one
   * @param farItems share drawn from other branches
   * @param categoryCoverage share of the categories with items that were drawn from
   * @param itemCoverage share of the items that were drawn
   * @param largestCategory share of the draws that fell on the category drawn most
   * @param effectiveCategories 1 / sum of squared shares of draws: how many equally drawn
   *     categories would be as even
   */
  public record Report(
      long batches,
      long items,
      double sameLeaf,
      double sibling,
      double cousin,
      double unrelated,
      long batchesLackingAClass,
      double relatedItems,
      double nearItems,
      double farItems,
      double categoryCoverage,
      double itemCoverage,
      double largestCategory,
      double effectiveCategories) {

    /** A few lines for people. */
    public String toText() {
      return String.format(
          Locale.ROOT,
          """
          %s, %s drawn
            pairs       same leaf %.2f %%, siblings %.2f %%, cousins %.2f %%, unrelated %.2f %%
            items       under a parent %.1f %%, near %.1f %%, far %.1f %%
            coverage    %.1f %% of the categories, %.1f %% of the items
            skew        the largest category has %.2f %% of the draws; as even as %.0f categories
            batches without one of same-leaf, sibling, unrelated pairs: %d
          """,
          Amount.of(batches, "batch", "batches"),
          Amount.of(items, "item"),
          100 * sameLeaf,
          100 * sibling,
          100 * cousin,
          100 * unrelated,
          100 * relatedItems,
          100 * nearItems,
          100 * farItems,
          100 * categoryCoverage,
          100 * itemCoverage,
          100 * largestCategory,
          effectiveCategories,
          batchesLackingAClass);
    }
  }
}
