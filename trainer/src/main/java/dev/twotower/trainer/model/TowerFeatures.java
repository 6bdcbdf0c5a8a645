package dev.twotower.trainer.model;

import dev.twotower.data.dataset.CategoryFeatures;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.RequestFeatures;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.trainer.config.HistoryConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.contrastive.Mislabelling;
import dev.twotower.trainer.tower.Feature;
import dev.twotower.trainer.tower.TowerInputs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What both towers of a configuration read of a data set, before any array of theirs is made.
 *
 * @param users with the columns that users have
 * @param requests whose features the user tower reads beside those of users
 * @param items with their places in the tree, or wrong ones
 */
record TowerFeatures(
    EntityTable users,
    RequestFeatures requests,
    EntityTable items,
    List<Feature> ofUsers,
    List<Feature> ofItems) {
  private static final String MISLABELLED = "item.categories.mislabelled";

  /**
   * Finds the features of a configuration in a data set.
   *
   * @throws IllegalArgumentException naming a feature that the data set does not have
   */
  static TowerFeatures of(Dataset data, RunConfig config) {
    EntityTable items = itemTable(data, config);
    List<Feature> ofItems =
        Feature.resolve(
            "item", config.item(), items, Optional.empty(), data.items(), 0, config.events());
    RequestFeatures requests = RequestFeatures.of(data);
    List<Feature> ofUsers =
        Feature.resolve(
            "user",
            config.user(),
            data.userTable(),
            Optional.of(requests),
            data.items(),
            historyWidth(config, ofItems),
            config.events());
    return new TowerFeatures(data.userTable(), requests, items, ofUsers, ofItems);
  }

  /** The items as their tower reads them: with their place in the tree, or a wrong one. */
  private static EntityTable itemTable(Dataset data, RunConfig config) {
    double wrong = config.item().mislabelled();
    if (wrong == 0) {
      return CategoryFeatures.of(data);
    }
    CategoryTree tree =
        data.tree()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s is %s, but the data set has no category tree; allowed here: 0; import a tree with --tree"
                            .formatted(MISLABELLED, wrong)));
    for (FeatureColumn column : data.itemTable().features()) {
      if (config.item().features().stream()
          .anyMatch(read -> read.ofCategories() && read.name().equals(column.name()))) {
        throw new IllegalArgumentException(
            "%s is %s, but '%s' is a column of the items and not their place in the tree; allowed here: 0; import the column by another name"
                .formatted(MISLABELLED, wrong, column.name()));
      }
    }
    return CategoryFeatures.of(data, Mislabelling.of(MISLABELLED, tree, wrong, config.seed()));
  }

  /** A history reads an existing table at that table's width, or a separate one at the tower's. */
  private static int historyWidth(RunConfig config, List<Feature> itemFeatures) {
    String table = config.user().history().map(HistoryConfig::table).orElse("");
    return itemFeatures.stream()
        .filter(feature -> feature.table().equals(table))
        .mapToInt(Feature::width)
        .findFirst()
        .orElse(config.user().embedding());
  }

  /**
   * The first feature of each embedding table, by the table's name, in the order in which tables
   * are made.
   *
   * @throws IllegalArgumentException where two features give one table two sizes
   */
  Map<String, Feature> tables() {
    Map<String, Feature> tables = new LinkedHashMap<>();
    for (List<Feature> ofTower : List.of(ofUsers, ofItems)) {
      for (Feature feature : ofTower) {
        Feature first = feature.embedded() ? tables.putIfAbsent(feature.table(), feature) : null;
        if (first != null && (first.ids() != feature.ids() || first.width() != feature.width())) {
          throw new IllegalArgumentException(
              "table '%s' has %d ids of width %d, but feature '%s' needs %d ids of width %d; give the feature a table of its own"
                  .formatted(
                      first.table(),
                      first.ids(),
                      first.width(),
                      feature.name(),
                      feature.ids(),
                      feature.width()));
        }
      }
    }
    return tables;
  }

  /**
   * Refuses values that no tower can compute with.
   *
   * @throws dev.twotower.data.BadDataException naming the first, or a feature of requests that has
   *     two values in one request
   */
  void requireValues() {
    TowerInputs.Sources.requireValues(users, requests, items, ofUsers, ofItems);
  }
}
