package dev.twotower.trainer.config;

import dev.twotower.data.dataset.CategoryFeatures;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.RequestFeatures;
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
    List<String> ofRequests =
        RequestFeatures.of(data).features().stream().map(FeatureColumn::name).toList();
    check("user", ofUsers, () -> data.userTable(), ofRequests, problems);
    check("item", ofItems, () -> CategoryFeatures.of(data), List.of(), problems);
    if (!problems.isEmpty()) {
      throw new ConfigException("settings for the data set " + data.directory(), problems);
    }
  }

  private static List<String> names(TowerConfig tower) {
    return tower.features().stream().map(FeatureConfig::name).toList();
  }

  /**
   * @param more names of features beside those of the table
   */
  private static void check(
      String side,
      List<String> names,
      Supplier<EntityTable> table,
      List<String> more,
      List<Problem> problems) {
    if (names.stream().allMatch(FeatureConfig.ID::equals)) {
      return;
    }
    EntityTable entities = table.get();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.equals(FeatureConfig.ID) || more.contains(name) || has(entities, name)) {
        continue;
      }
      List<String> known = new ArrayList<>(List.of(FeatureConfig.ID));
      entities.features().stream().map(FeatureColumn::name).forEach(known::add);
      known.addAll(more);
      String allowed = Suggestion.among(name, known);
      if (side.equals("item") && name.startsWith("context.")) {
        allowed += "; a request's values are for user.features: items are the same in all requests";
      }
      problems.add(new Problem("%s.features[%d]".formatted(side, i), "'" + name + "'", allowed));
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
