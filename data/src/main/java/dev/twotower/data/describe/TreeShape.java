package dev.twotower.data.describe;

import dev.twotower.data.tree.CategoryTree;
import dev.twotower.data.tree.TreeFinding;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The shape of a category tree.
 *
 * @param nodes categories, an unnamed root left out
 * @param leaves categories without children
 * @param depth levels below the root
 * @param nodesPerLevel categories at depth 1, 2, ...
 * @param childrenPerParent children of the categories that have any
 * @param itemsPerLeaf items of each leaf
 * @param itemsAboveLeaves items that hang on a category with children
 * @param itemsWithoutCategory items that hang on the root
 * @param findings what is worth a look, in words
 */
public record TreeShape(
    int nodes,
    int leaves,
    int depth,
    List<Integer> nodesPerLevel,
    Spread childrenPerParent,
    Spread itemsPerLeaf,
    int itemsAboveLeaves,
    int itemsWithoutCategory,
    List<String> findings) {

  /** The shape of a tree over items. */
  public static TreeShape of(CategoryTree tree) {
    int[] leaves = IntStream.range(0, tree.nodes()).filter(tree::leaf).toArray();
    int[] parents = IntStream.range(0, tree.nodes()).filter(node -> !tree.leaf(node)).toArray();
    int[] perLevel = new int[tree.height() + 1];
    for (int node = 0; node < tree.nodes(); node++) {
      perLevel[tree.depth(node)]++;
    }
    List<Integer> levels = new ArrayList<>();
    for (int level = 1; level < perLevel.length; level++) {
      levels.add(perLevel[level]);
    }
    int loose = tree.ownItemCount(tree.root());
    int above = 0;
    for (int parent : parents) {
      above += parent == tree.root() ? 0 : tree.ownItemCount(parent);
    }
    return new TreeShape(
        tree.nodes() - (tree.unnamedRoot() ? 1 : 0),
        leaves.length,
        tree.height(),
        levels,
        Spread.of(IntStream.of(parents).mapToLong(tree::childCount).toArray()),
        Spread.of(IntStream.of(leaves).mapToLong(tree::itemCount).toArray()),
        above,
        loose,
        tree.findings().stream().map(TreeFinding::message).toList());
  }
}
