package dev.twotower.trainer.command.text;

import dev.twotower.data.dataset.CategoryFeatures;
import dev.twotower.data.describe.FeatureShape;
import dev.twotower.data.message.ShellWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Features of a data set for a person to read, and how training is told to use them. */
public final class FeatureText {
  private FeatureText() {}

  /**
   * A table of them; empty where there are none.
   *
   * @param tree whether items have categories
   */
  static Optional<String> table(
      List<FeatureShape> users,
      List<FeatureShape> items,
      List<FeatureShape> requests,
      boolean tree) {
    if (users.isEmpty() && items.isEmpty() && requests.isEmpty()) {
      return use(users, items, tree);
    }
    TextTable table = new TextTable("feature", "of", "kind", "holds", "missing");
    users.forEach(feature -> add(table, "users", feature));
    items.forEach(feature -> add(table, "items", feature));
    requests.forEach(feature -> add(table, "requests", feature));
    List<FeatureShape> ofUsers = Stream.concat(users.stream(), requests.stream()).toList();
    return Optional.of(table + System.lineSeparator() + use(ofUsers, items, tree).orElseThrow());
  }

  private static void add(TextTable table, String side, FeatureShape feature) {
    table.add(
        feature.name(),
        side,
        feature.kind(),
        feature.amount(),
        TextTable.percent(feature.missing()));
  }

  /**
   * The settings with which training uses them; empty where there are none.
   *
   * @param tree whether items have categories, which are a feature, too
   */
  public static Optional<String> use(
      List<FeatureShape> users, List<FeatureShape> items, boolean tree) {
    List<String> settings = new ArrayList<>();
    setting("user", names(users)).ifPresent(settings::add);
    List<String> ofItems = names(items);
    if (tree && !ofItems.contains(CategoryFeatures.PATH)) {
      ofItems.add(CategoryFeatures.PATH);
    }
    setting("item", ofItems).ifPresent(settings::add);
    return settings.isEmpty()
        ? Optional.empty()
        : Optional.of("To train with features: " + String.join(" ", settings));
  }

  private static List<String> names(List<FeatureShape> features) {
    return new ArrayList<>(features.stream().map(FeatureShape::name).toList());
  }

  private static Optional<String> setting(String side, List<String> features) {
    return features.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ShellWord.command(
                "--set %s",
                Stream.concat(Stream.of("id"), features.stream())
                    .collect(Collectors.joining(",", side + ".features=[", "]"))));
  }
}
