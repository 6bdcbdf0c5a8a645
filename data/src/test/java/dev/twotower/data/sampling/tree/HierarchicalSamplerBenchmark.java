package dev.twotower.data.sampling.tree;

import dev.twotower.data.tree.CategoryTree;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Times hierarchical batches on a balanced tree, {@code scripts/bench-hierarchical}: by default
 * batches of 4,096 from 10^6 items in 10^5 leaves (10 per parent, 100 branches).
 */
public final class HierarchicalSamplerBenchmark {
  private HierarchicalSamplerBenchmark() {}

  /**
   * Prints the milliseconds a batch as JSON.
   *
   * @param arguments optional: items, leaves, batch size, choice of parent
   */
  public static void main(String[] arguments) {
    int items = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int leaves = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
    int batchSize = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 4096;
    ParentChoice choice =
        arguments.length > 3 ? ParentChoice.parse(arguments[3]) : ParentChoice.UNIFORM;
    var sampler =
        new HierarchicalSampler(
            tree(items, leaves),
            new HierarchicalOptions(batchSize, 0.5, 4, choice, HierarchicalOptions.UNCAPPED, 0.25),
            1);
    var batch = new ItemBatch(batchSize);
    int rounds = 2000;
    double[] millis = new double[rounds];
    long epoch = 0;
    for (int round = -rounds; round < rounds; round++) {
      long start = System.nanoTime();
      if (!sampler.next(batch)) {
        sampler.startEpoch(++epoch);
        sampler.next(batch);
      }
      if (round >= 0) {
        millis[round] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "{\"items\": %d, \"leaves\": %d, \"batchSize\": %d, \"choice\": \"%s\","
            + " \"batchMillis\": {\"min\": %.3f, \"median\": %.3f, \"p99\": %.3f, \"max\": %.3f}}%n",
        items,
        leaves,
        batchSize,
        choice,
        millis[0],
        millis[rounds / 2],
        millis[rounds * 99 / 100],
        millis[rounds - 1]);
  }

  /** Branches of 100 parents of 10 leaves; items spread evenly, in scattered order. */
  private static CategoryTree tree(int items, int leaves) {
    int parents = Math.max(2, leaves / 10);
    int branches = Math.max(2, parents / 100);
    int[] parent = new int[branches + parents + leaves];
    String[] names = new String[parent.length];
    for (int node = 0; node < parent.length; node++) {
      names[node] = "c" + node;
      if (node < branches) {
        parent[node] = -1;
      } else if (node < branches + parents) {
        parent[node] = (node - branches) % branches;
      } else {
        parent[node] = branches + (node - branches - parents) % parents;
      }
    }
    int[] itemNode =
        IntStream.range(0, items)
            .map(item -> branches + parents + (int) (item * 7919L % leaves))
            .toArray();
    return CategoryTree.of(parent, names, itemNode);
  }
}
