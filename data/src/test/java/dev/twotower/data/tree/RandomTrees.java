package dev.twotower.data.tree;

import dev.twotower.data.random.Streams;
import org.apache.commons.rng.sampling.PermutationSampler;

/** Random trees for property tests: any shape from a star to a chain, node numbers shuffled. */
public final class RandomTrees {
  private RandomTrees() {}

  /**
   * A tree with random shape.
   *
   * @param reach how far back a node's parent may lie: 1 gives chains, nodes gives bushes
   * @param tops nodes without a parent
   */
  public static CategoryTree tree(long seed, int nodes, int items, int reach, int tops) {
    var random = Streams.stream(seed, "test.tree");
    int[] label = PermutationSampler.natural(nodes);
    PermutationSampler.shuffle(random, label);
    int[] parent = new int[nodes];
    String[] names = new String[nodes];
    for (int node = 0; node < nodes; node++) {
      int back = 1 + random.nextInt(Math.min(reach, Math.max(1, node)));
      parent[label[node]] = node < tops ? -1 : label[node - back];
      names[label[node]] = "c" + label[node];
    }
    int[] itemNode = new int[items];
    for (int item = 0; item < items; item++) {
      itemNode[item] = random.nextInt(20) == 0 ? -1 : random.nextInt(nodes);
    }
    return CategoryTree.of(parent, names, itemNode);
  }
}
