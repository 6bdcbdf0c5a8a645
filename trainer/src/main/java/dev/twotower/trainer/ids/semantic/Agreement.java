package dev.twotower.trainer.ids.semantic;

import dev.twotower.data.tree.CategoryTree;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/**
 * How a prefix of the code agrees with a level of the tree, over the items at least that deep in
 * the tree.
 *
 * @param level levels of the code in the prefix
 * @param treeLevel depth in the tree, 1 for the top categories
 * @param items items that lie at that depth or deeper
 * @param normalisedMutualInformation 2 I(prefix; category) / (H(prefix) + H(category)), 0 to 1
 * @param purity share of items whose category is the most frequent one of their prefix
 */
public record Agreement(
    int level, int treeLevel, int items, double normalisedMutualInformation, double purity) {

  /** Every prefix length against every depth of the tree. */
  static List<Agreement> of(SemanticIds ids, CategoryTree tree) {
    List<Agreement> all = new ArrayList<>();
    for (int level = 1; level <= ids.levels(); level++) {
      int[] prefixes = ids.prefixes(level);
      for (int depth = 1; depth <= tree.height(); depth++) {
        all.add(of(prefixes, tree, level, depth));
      }
    }
    return all;
  }

  private static Agreement of(int[] prefixes, CategoryTree tree, int level, int depth) {
    Long2IntOpenHashMap both = new Long2IntOpenHashMap();
    Long2IntOpenHashMap ofPrefix = new Long2IntOpenHashMap();
    Long2IntOpenHashMap ofCategory = new Long2IntOpenHashMap();
    int items = 0;
    for (int row = 0; row < prefixes.length; row++) {
      int node = tree.nodeOf(row);
      if (tree.depth(node) < depth) {
        continue;
      }
      int category = tree.ancestorAt(node, depth);
      items++;
      both.addTo((long) prefixes[row] << 32 | category, 1);
      ofPrefix.addTo(prefixes[row], 1);
      ofCategory.addTo(category, 1);
    }
    double information =
        entropy(ofPrefix, items) + entropy(ofCategory, items) - entropy(both, items);
    double sum = entropy(ofPrefix, items) + entropy(ofCategory, items);
    Long2IntOpenHashMap largest = new Long2IntOpenHashMap();
    for (var entry : both.long2IntEntrySet()) {
      long prefix = entry.getLongKey() >>> 32;
      largest.put(prefix, Math.max(largest.get(prefix), entry.getIntValue()));
    }
    long pure = largest.values().intStream().asLongStream().sum();
    return new Agreement(
        level,
        depth,
        items,
        sum == 0 ? 0 : Math.max(0, 2 * information / sum),
        items == 0 ? 0 : (double) pure / items);
  }

  private static double entropy(Long2IntOpenHashMap counts, int total) {
    double entropy = 0;
    for (int count : counts.values()) {
      double share = (double) count / total;
      entropy -= share * Math.log(share);
    }
    return entropy;
  }
}
