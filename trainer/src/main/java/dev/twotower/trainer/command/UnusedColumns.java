package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.RequestFeatures;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.ShellWord;
import dev.twotower.masking.Mask;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.compare.AskedArm;
import dev.twotower.trainer.config.FeatureConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.TowerConfig;
import dev.twotower.trainer.config.WarmConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What of a data set no training will use, though somebody imported it: said once, before. */
final class UnusedColumns {
  /** Names shown of each kind. */
  private static final int SHOWN = 6;

  private static final String CATEGORY = "category";

  private final Dataset data;
  private final List<RunConfig> configs;
  private final Set<String> given;

  private UnusedColumns(Dataset data, List<RunConfig> configs, Set<String> given) {
    this.data = data;
    this.configs = configs;
    this.given = given;
  }

  /**
   * The sentence; empty where all is used.
   *
   * @param configs what is trained, one at least: what one of them uses is used
   * @param given settings that somebody has decided: of theirs nothing is said
   */
  static Optional<String> note(Dataset data, List<RunConfig> configs, Set<String> given) {
    UnusedColumns unused = new UnusedColumns(data, configs, given);
    List<String> parts =
        Stream.of(unused.ofItems(), unused.ofUsers(), unused.ofContexts())
            .flatMap(Optional::stream)
            .toList();
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of("not used in training: " + String.join("; ", parts) + unused.caution());
  }

  /** What features may cost where they are of some side; of contexts nothing. */
  private String caution() {
    List<String> sides = new ArrayList<>();
    ofItems().ifPresent(told -> sides.add("item"));
    ofUsers().ifPresent(told -> sides.add("user"));
    return sides.isEmpty()
        ? ""
        : ". Features are for %s with few rows or none, and may cost those with many; see also %s. compare --arms recipe,'recipe;%s.features=[..]' shows it"
            .formatted(
                String.join(" and ", sides.stream().map(side -> side + "s").toList()),
                String.join(", ", sides.stream().map(side -> side + ".idDropout").toList()),
                sides.get(0));
  }

  private Optional<String> ofItems() {
    if (given.contains("item.features")) {
      return Optional.empty();
    }
    List<String> features = features(data.itemTable(), RunConfig::item);
    List<String> kinds = new ArrayList<>();
    if (!features.isEmpty()) {
      kinds.add(named("item feature", features));
    }
    List<String> more = new ArrayList<>(features);
    if (data.tree().isPresent()
        && !given.contains("tree.lambda")
        && configs.stream().noneMatch(UnusedColumns::readsTree)) {
      kinds.add("the category tree");
      more.add(CATEGORY);
    }
    return kinds.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(", ", kinds) + setting("item.features", RunConfig::item, more));
  }

  private static boolean readsTree(RunConfig config) {
    return config.tree().enabled() && config.tree().coEngagement() < 1
        || config.item().features().stream().anyMatch(FeatureConfig::ofCategories)
        || config.warm().newItems() == WarmConfig.NewItems.CATEGORY;
  }

  private Optional<String> ofUsers() {
    List<String> features =
        given.contains("user.features") ? List.of() : features(data.userTable(), RunConfig::user);
    return features.isEmpty()
        ? Optional.empty()
        : Optional.of(
            named("user feature", features) + setting("user.features", RunConfig::user, features));
  }

  private List<String> features(EntityTable table, Function<RunConfig, TowerConfig> tower) {
    Set<String> used =
        configs.stream()
            .flatMap(config -> tower.apply(config).features().stream())
            .map(FeatureConfig::name)
            .collect(Collectors.toSet());
    return table.features().stream()
        .map(FeatureColumn::name)
        .filter(name -> !used.contains(name))
        .toList();
  }

  /** Contexts are there for masks, and for what is known at the request. */
  private Optional<String> ofContexts() {
    if (given.contains("masks")) {
      return Optional.empty();
    }
    Set<String> used =
        configs.stream()
            .flatMap(config -> config.masks().contexts().stream())
            .map(Mask.Context::column)
            .collect(Collectors.toSet());
    List<String> read =
        configs.stream()
            .flatMap(config -> config.user().features().stream())
            .map(FeatureConfig::name)
            .toList();
    List<String> columns =
        data.interactions(Split.TRAIN).contextColumns().stream()
            .filter(name -> !used.contains(name) && !name.equals(Dataset.KINDS))
            .filter(name -> !read.contains(RequestFeatures.name(name)))
            .toList();
    return columns.isEmpty()
        ? Optional.empty()
        : Optional.of(
            named("context column", columns)
                + " (for rows that are no negatives of each other where it agrees, such as those of"
                + " shops with a catalogue each; else a mask of it seldom gains: "
                + withContext(columns.get(0))
                + "; what is known at the request the user tower can read: user.features=[..,"
                + RequestFeatures.name(columns.get(0))
                + "])");
  }

  /** On top of the masks that remove most: arms may begin with fewer. */
  private String withContext(String column) {
    MaskSet most =
        configs.stream()
            .map(RunConfig::masks)
            .max(Comparator.comparingInt(masks -> masks.masks().size()))
            .orElseThrow();
    String masks = MaskSet.parse(most + "+context:" + column).toString();
    return configs.size() == 1
        ? ShellWord.command("--set %s", "masks=" + masks)
        : ShellWord.command("as an arm, %s", AskedArm.RECIPE + "/" + masks);
  }

  private static String named(String kind, List<String> names) {
    String more = names.size() > SHOWN ? " and %d more".formatted(names.size() - SHOWN) : "";
    return "%s%s %s%s"
        .formatted(
            kind,
            names.size() == 1 ? "" : "s",
            names.stream().limit(SHOWN).collect(Collectors.joining(", ")),
            more);
  }

  private String setting(String key, Function<RunConfig, TowerConfig> tower, List<String> more) {
    List<String> all =
        Stream.concat(
                tower.apply(configs.get(0)).features().stream().map(FeatureConfig::name),
                more.stream())
            .limit(SHOWN + 2L)
            .toList();
    return setting(key, "[" + String.join(",", all) + "]");
  }

  private static String setting(String key, String value) {
    return ShellWord.command(" (--set %s)", key + "=" + value);
  }
}
