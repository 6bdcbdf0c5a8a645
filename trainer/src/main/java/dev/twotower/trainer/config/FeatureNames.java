package dev.twotower.trainer.config;

import dev.twotower.data.dataset.CategoryFeatures;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.message.Suggestion;
import dev.twotower.trainer.config.ConfigException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Whether a data set has the features that towers are to read. */
final class FeatureNames {
  private FeatureNames() {}

  /**
   * Refuses features that a data set lacks, all at once.
   *
   * @throws ConfigException naming each, and those that there are
   */
  static void check(Dataset data, RunConfig config) {
    check(data, names(config.user()), names(config.item()));
  }

  /** The same for names of features of users and items. */
  static void check(Dataset data, List<String> ofUsers, List<String> ofItems) {
    List<Problem> problems = new ArrayList<>();
    check("user", ofUsers, () -> data.userTable(), problems);
    check("item", ofItems, () -> CategoryFeatures.of(data), problems);
    if (!problems.isEmpty()) {
      throw new ConfigException("settings for the data set " + data.directory(), problems);
    }
  }

  private static List<String> names(TowerConfig tower) {
    return tower.features().stream().map(FeatureConfig::name).toList();
  }

  private static void check(
      String side, List<String> names, Supplier<EntityTable> table, List<Problem> problems) {
    if (names.stream().allMatch(FeatureConfig.ID::equals)) {
      return;
    }
    EntityTable entities = table.get();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.equals(FeatureConfig.ID) || has(entities, name)) {
        continue;
      }
      List<String> known = new ArrayList<>(List.of(FeatureConfig.ID));
      entities.features().stream().map(FeatureColumn::name).forEach(known::add);
      problems.add(
          new Problem(
              "%s.features[%d]".formatted(side, i),
              "'" + name + "'",
              Suggestion.among(name, known)));
    }
  }

  private static boolean has(EntityTable entities, String name) {
    try {
      return entities.feature(name) != null;
    } catch (IllegalArgumentException unknown) {
      return false;
    }
  }
}
