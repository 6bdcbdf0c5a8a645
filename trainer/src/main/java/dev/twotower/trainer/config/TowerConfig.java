package dev.twotower.trainer.config;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.RequestFeatures;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One tower (design 8).
 *
 * @param features inputs, at least one unless there is a history; each name once
 * @param embedding width of the tower's embeddings
 * @param idDropout probability that training replaces an id by the shared unknown row, as inference
 *     does for ids that training never saw
 * @param hidden widths of the hidden layers; empty for none
 * @param history the user tower's history; empty for the item tower
 * @param categories how the item tower reads the category tree; empty for the user tower
 */
public record TowerConfig(
    List<FeatureConfig> features,
    int embedding,
    double idDropout,
    List<Integer> hidden,
    Optional<HistoryConfig> history,
    Optional<CategoriesConfig> categories) {
  static final int WIDEST = 4096;

  public TowerConfig {
    features = List.copyOf(features);
    hidden = List.copyOf(hidden);
    Checks checks =
        Checks.of(TowerConfig.class)
            .between("embedding", embedding, 1, WIDEST)
            .between("idDropout", idDropout, 0.0, 1.0)
            .require(
                !(idDropout > 0 && idDropout <= 1) || speaks(features, history),
                "idDropout",
                idDropout,
                "0 for a tower that has only ids: without its id, every entity would look the same")
            .require(
                !features.isEmpty() || history.map(HistoryConfig::length).orElse(0) > 0,
                "features",
                "[]",
                "at least one feature, or a history");
    double wrong = mislabelled(categories);
    checks.require(
        wrong == 0 || features.stream().anyMatch(FeatureConfig::ofCategories),
        "categories.mislabelled",
        wrong,
        "0 for a tower that reads no categories: give it the feature 'category'");
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < features.size(); i++) {
      String name = features.get(i).name();
      checks.require(seen.add(name), "features[" + i + "]", name, "each feature once");
    }
    for (int i = 0; i < hidden.size(); i++) {
      checks.between("hidden[" + i + "]", hidden.get(i), 1, 65536);
    }
    checks.done();
  }

  private static boolean speaks(List<FeatureConfig> features, Optional<HistoryConfig> history) {
    return features.stream().anyMatch(feature -> !feature.name().equals(FeatureConfig.ID))
        || history.map(HistoryConfig::length).orElse(0) > 0;
  }

  /** Whether the tower reads anything but ids, so that it can tell new ones apart. */
  public boolean speaksWithoutIds() {
    return speaks(features, history);
  }

  /**
   * Whether the tower reads values of requests.
   *
   * @param users of the data set
   */
  public boolean readsRequests(EntityTable users) {
    return features.stream().anyMatch(feature -> RequestFeatures.names(feature.name(), users));
  }

  /** Items of history this tower reads; 0 when it reads none. */
  public int historyLength() {
    return history.map(HistoryConfig::length).orElse(0);
  }

  /** Whether how the items of a history become one vector is learned. */
  public boolean learnsPooling() {
    return history
        .map(items -> items.length() > 0 && items.pooling() != HistoryConfig.Pooling.MEAN)
        .orElse(false);
  }

  /** Share of the items whose category features are wrong ones. */
  public double mislabelled() {
    return mislabelled(categories);
  }

  private static double mislabelled(Optional<CategoriesConfig> categories) {
    return categories.map(CategoriesConfig::mislabelled).orElse(0.0);
  }

  /** Width of the table that {@code feature} reads. */
  public int embedding(FeatureConfig feature) {
    return feature.embedding() == 0 ? embedding : feature.embedding();
  }
}
