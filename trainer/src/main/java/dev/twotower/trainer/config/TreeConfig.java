package dev.twotower.trainer.config;

import dev.twotower.data.sampling.tree.HierarchicalOptions;
import dev.twotower.data.sampling.tree.ParentChoice;
import dev.twotower.data.tree.TargetSchedule;

/**
 * The graded contrastive loss over batches of items, next to another loss (design 7).
 *
 * @param lambda its weight; 0 switches it off
 * @param batchSize items per batch
 * @param temperature divides the cosine
 * @param schedule target weights by tree distance, for example {@code 1/0.5/0}
 * @param batches how the items of a batch are drawn
 * @param rho share of a hierarchical batch that comes from the chosen parents' children
 * @param itemsPerSlot items drawn from a category at a time
 * @param parents how parents and other categories are drawn
 * @param categoryCap most items of one category in a batch; 0 for no limit
 * @param nearShare share of the rest that is near the first parent rather than unrelated
 * @param coEngagement share of the batch that is drawn as pairs of items of one request; 1 leaves
 *     the tree out
 * @param coEngagementWeight target weight of such a pair
 * @param mislabelled share of items that are moved to a wrong category before training, for studies
 */
public record TreeConfig(
    double lambda,
    int batchSize,
    double temperature,
    String schedule,
    Batches batches,
    double rho,
    int itemsPerSlot,
    ParentChoice parents,
    int categoryCap,
    double nearShare,
    double coEngagement,
    double coEngagementWeight,
    double mislabelled) {

  /** How batches of items are drawn. */
  public enum Batches {
    HIERARCHICAL,
    RANDOM
  }

  public TreeConfig {
    Checks checks =
        Checks.of(TreeConfig.class)
            .between("lambda", lambda, 0.0, 1e6)
            .between("batchSize", batchSize, 6, 1 << 16)
            .between("temperature", temperature, LossConfig.LEAST_TEMPERATURE, 100)
            .parses("schedule", schedule, TargetSchedule::parse)
            .above("rho", rho, 0, 0.99)
            .between("itemsPerSlot", itemsPerSlot, 2, 1000)
            .require(
                categoryCap == 0 || categoryCap >= 2,
                "categoryCap",
                categoryCap,
                "0 for no limit, or 2 and up")
            .between("nearShare", nearShare, 0.0, 0.99)
            .between("coEngagement", coEngagement, 0.0, 1.0)
            .above("coEngagementWeight", coEngagementWeight, 0, 1)
            .between("mislabelled", mislabelled, 0.0, 1.0);
    if (checks.sound() && batches == Batches.HIERARCHICAL && coEngagement < 1) {
      int drawn = byTree(batchSize, coEngagement);
      checks.parses(
          "batchSize",
          Integer.toString(batchSize),
          size -> options(drawn, rho, itemsPerSlot, parents, categoryCap, nearShare));
    }
    checks.done();
  }

  /** Whether the loss is computed at all. */
  public boolean enabled() {
    return lambda > 0;
  }

  /** Items of a batch that are drawn by the tree or at random; the others come as pairs. */
  public int byTree() {
    return byTree(batchSize, coEngagement);
  }

  /** How the hierarchical part of a batch is made up. */
  public HierarchicalOptions hierarchical() {
    return options(byTree(), rho, itemsPerSlot, parents, categoryCap, nearShare);
  }

  /** Target weights by distance. */
  public TargetSchedule targets() {
    return TargetSchedule.parse(schedule);
  }

  private static int byTree(int batchSize, double coEngagement) {
    int pairs = Math.min(batchSize / 2, (int) Math.round(coEngagement * batchSize / 2));
    int rest = batchSize - 2 * pairs;
    // One item alone makes no pair.
    return rest < 2 ? 0 : rest;
  }

  private static HierarchicalOptions options(
      int size, double rho, int itemsPerSlot, ParentChoice parents, int cap, double nearShare) {
    int most = cap == 0 ? HierarchicalOptions.UNCAPPED : cap;
    return new HierarchicalOptions(size, rho, itemsPerSlot, parents, most, nearShare);
  }
}
