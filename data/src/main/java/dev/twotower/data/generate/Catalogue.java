package dev.twotower.data.generate;

import dev.twotower.data.random.Permutation;
import dev.twotower.data.random.Streams;
import dev.twotower.data.tree.CategoryTree;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/** The items, their tree and their quality; draws an item under a category by quality. */
final class Catalogue {
  private final CategoryTree tree;

  /** Quality summed over the items in tree order, so that a category's items are one stretch. */
  private final double[] qualityBefore;

  private final double[] appealBefore;

  private Catalogue(CategoryTree tree, double[] qualityBefore) {
    this.tree = tree;
    this.qualityBefore = qualityBefore;
    this.appealBefore =
        new double[IntStream.range(0, tree.nodes()).map(tree::childCount).max().orElse(0)];
  }

  static Catalogue create(GenerateRequest request) {
    CategoryTree tree = RandomTaxonomy.create(request);
    var rank = new Permutation(request.items(), request.seed(), "generate.quality");
    double[] before = new double[request.items() + 1];
    for (int place = 0; place < request.items(); place++) {
      double quality = Math.pow(rank.at(place) + 1.0, -request.popularityTail());
      before[place + 1] = before[place] + quality;
    }
    return new Catalogue(tree, before);
  }

  CategoryTree tree() {
    return tree;
  }

  /** Draws the place, in tree order, of an item under the node with chance by quality. */
  int place(int node, UniformRandomProvider random) {
    int from = tree.itemOffset(node);
    int to = from + tree.itemCount(node);
    double low = qualityBefore[from];
    double aim = low + random.nextDouble() * (qualityBefore[to] - low);
    int found = Arrays.binarySearch(qualityBefore, from, to, aim);
    int place = found >= 0 ? found : -found - 2;
    return Math.max(from, Math.min(place, to - 1));
  }

  int itemAt(int place) {
    return tree.item(tree.root(), place);
  }

  /**
   * The leaf a user would choose, walking down from the root by size and personal affinity.
   *
   * @param tasteKey the user's own key; equal keys have equal affinities
   */
  int favourite(long tasteKey, UniformRandomProvider random) {
    int node = tree.root();
    while (!tree.leaf(node)) {
      int children = tree.childCount(node);
      double total = 0;
      for (int c = 0; c < children; c++) {
        total += appeal(tasteKey, tree.child(node, c));
        appealBefore[c] = total;
      }
      double aim = random.nextDouble() * total;
      int c = 0;
      while (c < children - 1 && appealBefore[c] <= aim) {
        c++;
      }
      node = tree.child(node, c);
    }
    return node;
  }

  private double appeal(long tasteKey, int node) {
    // An exponential variate from the hash of (user, node): affinities need no storage.
    double uniform = ((Streams.key(tasteKey, "", node) >>> 11) + 0.5) * 0x1.0p-53;
    double exponential = -Math.log(uniform);
    return Math.sqrt(tree.itemCount(node)) * exponential * exponential * exponential;
  }
}
