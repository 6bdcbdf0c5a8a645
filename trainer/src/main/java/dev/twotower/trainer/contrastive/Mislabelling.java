package dev.twotower.trainer.contrastive;

import dev.twotower.data.random.Streams;
import dev.twotower.data.tree.CategoryTree;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/** Trees with items in wrong categories, to see how much errors in a tree hurt (design 7). */
public final class Mislabelling {
  private Mislabelling() {}

  /**
   * Moves a random share of the items that have a category to that of another random item, so that
   * large categories stay large.
   *
   * @param key the setting that asks for it, for messages
   * @param share 0 to 1; the moved sets of growing shares contain each other
   * @return the tree itself for share 0
   * @throws IllegalArgumentException when the items share one category, so that none is wrong
   */
  public static CategoryTree of(String key, CategoryTree tree, double share, long seed) {
    if (share == 0) {
      return tree;
    }
    int[] node = IntStream.range(0, tree.items()).map(tree::nodeOf).toArray();
    int[] labelled =
        IntStream.range(0, node.length).filter(item -> node[item] != tree.root()).toArray();
    if (IntStream.of(labelled).map(item -> node[item]).distinct().count() < 2) {
      throw new IllegalArgumentException(
          key + " is " + share + ", but all items share one category; allowed here: 0");
    }
    int[] original = node.clone();
    UniformRandomProvider random = Streams.stream(seed, "tree.mislabel");
    PermutationSampler.shuffle(random, labelled);
    for (int moved = 0; moved < Math.round(share * labelled.length); moved++) {
      int item = labelled[moved];
      int wrong;
      do {
        wrong = original[labelled[random.nextInt(labelled.length)]];
      } while (wrong == original[item]);
      node[item] = wrong;
    }
    return tree.withItems(node);
  }
}
