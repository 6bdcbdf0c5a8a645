package dev.twotower.trainer.config;

/**
 * The top-K weighting of anchors (Yang et al., KDD 2025, arXiv 2508.05673).
 *
 * @param k how many items are recommended
 * @param temperature divides how far an anchor's score is above that of the K-th item
 */
public record TopKConfig(int k, double temperature) {
  public TopKConfig {
    Checks.of(TopKConfig.class)
        .between("k", k, 1, 10_000)
        .above("temperature", temperature, 0, 1000)
        .done();
  }
}
