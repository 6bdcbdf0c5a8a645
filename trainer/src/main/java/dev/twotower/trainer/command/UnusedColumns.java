package dev.twotower.trainer.command;

import dev.twotower.data.dataset.CategoryFeatures;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.RequestFeatures;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Amount;
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
  /** Names shown of each kind, where there is room for them. */
  private static final int SHOWN = 6;

  /** Three lines of a terminal, which begin with a word. */
  private static final int LENGTH = 3 * 80 - "note: ".length();

  /**
   * No check can tell that a value came afterwards, as a rating does, and gives the answer away.
   * The shorter one is for notes without room for the other.
   */
  private static final List<String> CAUTIONS =
      List.of(" (context.* only if known before the items are shown)", " (if known beforehand)");

  private final Dataset data;
  private final List<RunConfig> configs;
  private final Set<String> given;

  /** Context columns that look as though they had one value for all rows of each request. */
  private final List<String> ofRequests = new ArrayList<>();

  private UnusedColumns(Dataset data, List<RunConfig> configs, Set<String> given) {
    this.data = data;
    this.configs = configs;
    this.given = given;
    if (!given.contains("user.features")) {
      ofRequests.addAll(RequestFeatures.likely(data, contexts().stream().limit(SHOWN).toList()));
    }
  }

  /**
   * The sentence, three lines at most where names are not very long; empty where all is used.
   *
   * @param configs what is trained, one at least: what one of them uses is used
   * @param given settings that somebody has decided: of theirs nothing is said
   */
  static Optional<String> note(Dataset data, List<RunConfig> configs, Set<String> given) {
    UnusedColumns unused = new UnusedColumns(data, configs, given);
    Optional<String> note = Optional.empty();
    for (int shown = SHOWN; shown >= 0; shown--) {
      for (String caution : CAUTIONS) {
        note = unused.note(shown, caution);
        if (note.orElse("").length() <= LENGTH) {
          return note;
        }
      }
    }
    return note;
  }

  /** The same with some names of each kind or their number, and settings that read one at least. */
  private Optional<String> note(int names, String caution) {
    int shown = Math.max(1, names);
    List<String> parts = new ArrayList<>();
    List<String> options = new ArrayList<>();
    List<String> items = items();
    boolean tree = tree();
    List<String> users = users();
    List<String> contexts = contexts();
    if (!items.isEmpty()) {
      parts.add(named("item feature", items, names));
    }
    if (tree) {
      parts.add("the category tree");
    }
    if (!items.isEmpty() || tree) {
      Stream<String> category = tree ? CategoryFeatures.names(data).stream() : Stream.empty();
      options.add(
          setting(
              "item.features",
              RunConfig::item,
              Stream.concat(items.stream().limit(shown), category)));
    }
    if (!users.isEmpty()) {
      parts.add(named("user feature", users, names));
    }
    List<String> read = ofRequests.stream().limit(shown).map(RequestFeatures::name).toList();
    if (!users.isEmpty() || !read.isEmpty()) {
      options.add(
          setting(
              "user.features",
              RunConfig::user,
              Stream.concat(users.stream().limit(shown), read.stream())));
    }
    if (!contexts.isEmpty()) {
      parts.add(named("context column", contexts, names));
      if (ofRequests.isEmpty()) {
        options.add(withContext(contexts.get(0)));
      }
    }
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "not used in training: %s. To try%s: %s"
                .formatted(
                    String.join(", ", parts),
                    read.isEmpty() ? "" : caution,
                    String.join(" ", options)));
  }

  private List<String> items() {
    return given.contains("item.features")
        ? List.of()
        : features(data.itemTable(), RunConfig::item);
  }

  private boolean tree() {
    return !given.contains("item.features")
        && !CategoryFeatures.names(data).isEmpty()
        && !given.contains("tree.lambda")
        && configs.stream().noneMatch(UnusedColumns::readsTree);
  }

  private List<String> users() {
    return given.contains("user.features")
        ? List.of()
        : features(data.userTable(), RunConfig::user);
  }

  private static boolean readsTree(RunConfig config) {
    return config.tree().enabled() && config.tree().coEngagement() < 1
        || config.item().features().stream().anyMatch(FeatureConfig::ofCategories)
        || config.warm().newItems() == WarmConfig.NewItems.CATEGORY;
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
  private List<String> contexts() {
    if (given.contains("masks")) {
      return List.of();
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
    return data.interactions(Split.TRAIN).contextColumns().stream()
        .filter(name -> !used.contains(name) && !name.equals(Dataset.KINDS))
        .filter(name -> !read.contains(RequestFeatures.name(name)))
        .toList();
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

  private static String named(String kind, List<String> names, int shown) {
    if (shown == 0) {
      return Amount.of(names.size(), kind);
    }
    String more = names.size() > shown ? " and %d more".formatted(names.size() - shown) : "";
    return "%s%s %s%s"
        .formatted(
            kind,
            names.size() == 1 ? "" : "s",
            names.stream().limit(shown).collect(Collectors.joining(", ")),
            more);
  }

  private String setting(String key, Function<RunConfig, TowerConfig> tower, Stream<String> more) {
    Stream<String> now = tower.apply(configs.get(0)).features().stream().map(FeatureConfig::name);
    return ShellWord.command(
        "--set %s", Stream.concat(now, more).collect(Collectors.joining(",", key + "=[", "]")));
  }
}
