package dev.twotower.trainer.contrastive;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.data.sampling.tree.Composition;
import dev.twotower.data.sampling.tree.HierarchicalSampler;
import dev.twotower.data.sampling.tree.ItemBatch;
import dev.twotower.data.sampling.tree.ItemSampler;
import dev.twotower.data.sampling.tree.UniformItemSampler;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.trainer.config.TreeConfig;
import it.unimi.dsi.fastutil.ints.Int2IntLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Batches for the graded contrastive loss, as the configuration asks for. Used by one thread. */
public final class TreeBatches {
  private final TreeConfig config;
  private final CategoryTree tree;
  private final Optional<ItemSampler> sampler;
  private final Optional<CoEngagement> pairs;
  private final ItemBatch drawn;
  private Composition composition;

  /**
   * Prepares drawing.
   *
   * @param tree the true tree; errors that the configuration asks for are introduced here
   * @param train rows that co-engaged pairs come from; empty where there are none
   * @throws IllegalArgumentException when the configuration asks for pairs and there are no rows
   * @throws dev.twotower.data.BadDataException when the tree cannot give such batches
   */
  public TreeBatches(
      TreeConfig config, CategoryTree tree, Optional<Interactions> train, long seed) {
    this.config = config;
    this.tree = Mislabelling.of("tree.mislabelled", tree, config.mislabelled(), seed);
    int size = config.byTree();
    if (size > tree.items()) {
      throw new IllegalArgumentException(
          "tree.batchSize is %d, of which %d are drawn without pairs, but there are %d items; allowed here: fewer"
              .formatted(config.batchSize(), size, tree.items()));
    }
    this.drawn = new ItemBatch(size);
    this.composition = new Composition(this.tree);
    this.sampler =
        size == 0
            ? Optional.empty()
            : Optional.of(
                switch (config.batches()) {
                  case HIERARCHICAL ->
                      new HierarchicalSampler(this.tree, config.hierarchical(), seed);
                  case RANDOM -> new UniformItemSampler(tree.items(), size, seed);
                });
    if (config.coEngagement() > 0 && train.map(Interactions::rows).orElse(0L) == 0) {
      throw new IllegalArgumentException(
          "tree.coEngagement is "
              + config.coEngagement()
              + ", but there are no training rows to draw pairs from; allowed here: 0");
    }
    this.pairs = train.map(rows -> new CoEngagement(rows, seed));
  }

  /**
   * Batches from a data set's tree and training split.
   *
   * @throws IllegalArgumentException when the data set lacks what the configuration asks for
   */
  public static TreeBatches of(TreeConfig config, Dataset data, long seed) {
    if (data.tree().isEmpty() && config.byTree() > 0) {
      throw new IllegalArgumentException(
          "tree.lambda is %s, but the data set has no category tree; allowed here: 0, or tree.coEngagement=1 for pairs of requests alone; import a tree with --tree"
              .formatted(config.lambda()));
    }
    int[] unlabelled = new int[data.items()];
    Arrays.fill(unlabelled, -1);
    CategoryTree tree =
        data.tree()
            .orElseGet(() -> CategoryTree.of(new int[] {-1}, new String[] {"all"}, unlabelled));
    return new TreeBatches(config, tree, Optional.of(data.interactions(Split.TRAIN)), seed);
  }

  /** Batch number {@code number}, from 0; depends on the seed and that number alone. */
  public TreeBatch at(long number) {
    Int2IntLinkedOpenHashMap places = new Int2IntLinkedOpenHashMap();
    if (sampler.isPresent()) {
      draw(sampler.get(), number);
      Arrays.stream(drawn.items(), 0, drawn.size()).forEach(item -> place(places, item));
    }
    List<int[]> raised = new ArrayList<>();
    int pairCount = (config.batchSize() - config.byTree()) / 2;
    if (pairCount > 0) {
      pairs
          .orElseThrow()
          .draw(
              number,
              pairCount,
              (a, b) -> raised.add(new int[] {place(places, a), place(places, b)}));
    }
    int[] items = places.keySet().toIntArray();
    PairTargets targets =
        config.byTree() == 0
            ? PairTargets.negatives(items.length)
            : PairTargets.of(tree, config.targets(), items, items.length);
    for (int[] pair : raised) {
      targets.raise(pair[0], pair[1], (float) config.coEngagementWeight());
    }
    return new TreeBatch(items, targets);
  }

  /**
   * Counts batch number {@code number} in the next report without making it: targets and pairs take
   * most of the time.
   */
  public void count(long number) {
    sampler.ifPresent(source -> draw(source, number));
  }

  private void draw(ItemSampler source, long number) {
    long epoch = number / source.batchesPerEpoch();
    source.resume(new SamplerPosition(epoch, number % source.batchesPerEpoch()));
    source.next(drawn);
    composition.add(drawn);
  }

  private static int place(Int2IntLinkedOpenHashMap places, int item) {
    int next = places.size();
    int known = places.getOrDefault(item, next);
    if (known == next) {
      places.put(item, next);
    }
    return known;
  }

  /** What the batches since the last report were made of, by the tree they were drawn from. */
  public Composition.Report report() {
    Composition.Report report = composition.report();
    composition = new Composition(tree);
    return report;
  }
}
