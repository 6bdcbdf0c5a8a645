package dev.twotower.data.sampling.tree;

import dev.twotower.data.tree.CategoryTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tree as hierarchical batches see it: its categories (nodes below the root with items of their
 * own) in preorder, so that those under a node, and those of a branch (a child of the root), are
 * one range; and its parents (nodes below the root that can give same-leaf and sibling pairs), by
 * branch. Both carry running sums of their weights, to draw from any range.
 */
final class Categories {
  private final CategoryTree tree;

  /** Node, items and branch of each category. */
  final int[] node;

  final int[] size;
  final int[] branch;

  /** Categories of branch b: {@code [branchStart[b], branchStart[b + 1])}. */
  final int[] branchStart;

  final double[] weightBefore;

  /**
   * Node and branch of each parent, and its categories {@code [childStart[p], childStart[p+1])}.
   */
  final int[] parentNode;

  final int[] parentBranch;
  final int[] childStart;
  final int[] child;

  /** Parents of branch b: {@code [parentStart[b], parentStart[b + 1])}. */
  final int[] parentStart;

  final double[] parentWeightBefore;

  private final int[] offset;

  Categories(CategoryTree tree, ParentChoice choice) {
    this.tree = tree;
    int root = tree.root();
    node =
        IntStream.range(0, tree.nodes())
            .filter(n -> n != root && tree.ownItemCount(n) > 0)
            .boxed()
            .sorted(Comparator.comparingInt(tree::itemOffset))
            .mapToInt(Integer::intValue)
            .toArray();
    offset = IntStream.of(node).map(tree::itemOffset).toArray();
    size = IntStream.of(node).map(tree::ownItemCount).toArray();
    int branches = tree.childCount(root);
    int[] categoryOf = new int[tree.nodes()];
    Arrays.fill(categoryOf, -1);
    for (int c = 0; c < node.length; c++) {
      categoryOf[node[c]] = c;
    }
    branch = new int[node.length];
    branchStart = new int[branches + 1];
    parentStart = new int[branches + 1];
    var parents = new ArrayList<Integer>();
    var children = new ArrayList<int[]>();
    List<List<Integer>> byBranch = parentsByBranch();
    for (int b = 0; b < branches; b++) {
      int top = tree.child(root, b);
      branchStart[b] = from(top);
      branchStart[b + 1] = to(top);
      Arrays.fill(branch, from(top), to(top), b);
      for (int parent : byBranch.get(b)) {
        parents.add(parent);
        children.add(
            IntStream.of(tree.children(parent))
                .filter(n -> categoryOf[n] >= 0)
                .map(n -> categoryOf[n])
                .toArray());
      }
      parentStart[b + 1] = parents.size();
    }
    parentNode = parents.stream().mapToInt(Integer::intValue).toArray();
    child = children.stream().flatMapToInt(IntStream::of).toArray();
    childStart = new int[parentNode.length + 1];
    parentBranch = new int[parentNode.length];
    parentWeightBefore = new double[parentNode.length + 1];
    for (int p = 0; p < parentNode.length; p++) {
      childStart[p + 1] = childStart[p] + children.get(p).length;
      parentBranch[p] = branch[children.get(p)[0]];
      int items = IntStream.of(children.get(p)).map(c -> size[c]).sum();
      parentWeightBefore[p + 1] = parentWeightBefore[p] + choice.weight(items);
    }
    weightBefore = new double[node.length + 1];
    for (int c = 0; c < node.length; c++) {
      weightBefore[c + 1] = weightBefore[c] + choice.weight(size[c]);
    }
  }

  /** Nodes below the root with two children that have items, one of them at least two. */
  private List<List<Integer>> parentsByBranch() {
    var byBranch = new ArrayList<List<Integer>>();
    int[] branchOfTop = new int[tree.nodes()];
    for (int b = 0; b < tree.childCount(tree.root()); b++) {
      byBranch.add(new ArrayList<>());
      branchOfTop[tree.child(tree.root(), b)] = b;
    }
    for (int n = 0; n < tree.nodes(); n++) {
      int filled = 0;
      int several = 0;
      for (int c = 0; c < tree.childCount(n) && n != tree.root(); c++) {
        int own = tree.ownItemCount(tree.child(n, c));
        filled += own > 0 ? 1 : 0;
        several += own > 1 ? 1 : 0;
      }
      if (filled >= 2 && several >= 1) {
        byBranch.get(branchOfTop[tree.ancestorAt(n, 1)]).add(n);
      }
    }
    return byBranch;
  }

  int count() {
    return node.length;
  }

  int parents() {
    return parentNode.length;
  }

  /** The first category at or below the node. */
  int from(int treeNode) {
    int found = Arrays.binarySearch(offset, tree.itemOffset(treeNode));
    return found >= 0 ? found : -found - 1;
  }

  /** One past the last category at or below the node. */
  int to(int treeNode) {
    int found = Arrays.binarySearch(offset, tree.itemOffset(treeNode) + tree.itemCount(treeNode));
    return found >= 0 ? found : -found - 1;
  }

  /** Index in {@code [from, to)} whose stretch of the running sums holds share u of the range. */
  static int draw(double[] before, int from, int to, double u) {
    double aim = before[from] + u * (before[to] - before[from]);
    int found = Arrays.binarySearch(before, from, to, aim);
    int index = found >= 0 ? found : -found - 2;
    return Math.max(from, Math.min(index, to - 1));
  }
}
