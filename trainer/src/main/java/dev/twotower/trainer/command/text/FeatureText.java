package dev.twotower.trainer.command.text;

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

  /** A table of them; empty where there are none. */
  static Optional<String> table(
      List<FeatureShape> users, List<FeatureShape> items, List<FeatureShape> requests) {
    if (users.isEmpty() && items.isEmpty() && requests.isEmpty()) {
      return Optional.empty();
    }
    TextTable table = new TextTable("feature", "of", "kind", "holds", "missing");
    users.forEach(feature -> add(table, "users", feature));
    items.forEach(feature -> add(table, "items", feature));
    requests.forEach(feature -> add(table, "requests", feature));
    List<FeatureShape> ofUsers = Stream.concat(users.stream(), requests.stream()).toList();
    return Optional.of(table + System.lineSeparator() + use(ofUsers, items).orElseThrow());
  }

  private static void add(TextTable table, String side, FeatureShape feature) {
    table.add(
        feature.name(),
        side,
        feature.kind(),
        feature.amount(),
        TextTable.percent(feature.missing()));
  }

  /** The settings with which training uses them; empty where there are none. */
  public static Optional<String> use(List<FeatureShape> users, List<FeatureShape> items) {
    List<String> settings = new ArrayList<>();
    setting("user", users).ifPresent(settings::add);
    setting("item", items).ifPresent(settings::add);
    return settings.isEmpty()
        ? Optional.empty()
        : Optional.of("To train with features: " + String.join(" ", settings));
  }

  private static Optional<String> setting(String side, List<FeatureShape> features) {
    return features.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ShellWord.command(
                "--set %s",
                Stream.concat(Stream.of("id"), features.stream().map(FeatureShape::name))
                    .collect(Collectors.joining(",", side + ".features=[", "]"))));
  }
}
