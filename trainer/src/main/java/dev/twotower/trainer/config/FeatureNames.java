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
    List<Problem> problems = new ArrayList<>();
    check("user", config.user(), () -> data.userTable(), problems);
    check("item", config.item(), () -> CategoryFeatures.of(data), problems);
    if (!problems.isEmpty()) {
      throw new ConfigException("settings for the data set " + data.directory(), problems);
    }
  }

  private static void check(
      String side, TowerConfig tower, Supplier<EntityTable> table, List<Problem> problems) {
    if (tower.features().stream().allMatch(each -> each.name().equals(FeatureConfig.ID))) {
      return;
    }
    EntityTable entities = table.get();
    for (int i = 0; i < tower.features().size(); i++) {
      String name = tower.features().get(i).name();
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
