package dev.twotower.data.imports;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.ContextOption;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.splits.SplitRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Any csv, Parquet, JSON or Arrow log; the options say what its columns are. */
final class TableFormat {
  private TableFormat() {}

  static ImportPlan plan(ImportRequest request, QuerySession session, SourceOpener opener) {
    return plan(request, session, opener, opener.log(), Preset.of(Map.of()));
  }

  /** The plan of a log that is open. */
  static ImportPlan plan(
      ImportRequest request,
      QuerySession session,
      SourceOpener opener,
      SourceTable opened,
      Preset preset) {
    opener.addIds(preset.roles());
    SourceTable log = opener.joined(opened);
    Map<String, String> roles = roles(request, preset);
    SourceTable users = opener.side("--users", request.userFiles());
    SourceTable items = opener.side("--items", request.itemFiles());
    requireFile("user", request.userKey(), users == null ? preset.users().table() : users);
    requireFile("item", request.itemKey(), items == null ? preset.items().table() : items);
    TreeOption tree = request.tree().map(TreeOption::parse).orElse(parse(preset.tree()));
    SourceTable treeTable =
        tree instanceof TreeOption.ParentTable parents
            ? opener.file("--tree", opener.find("--tree", parents.file()))
            : null;
    String itemName = request.itemName().orElse(items == null ? preset.items().name() : null);
    if (request.itemTokens() > 0 && itemName == null) {
      throw new IllegalArgumentException(
          "--item-tokens hashes the words of items' names, and these have none; give --item-name"
              + " COLUMN, or leave it out");
    }
    return new ImportPlan(
        log,
        roles,
        contexts(request, roles),
        request.where(),
        request.nullWords(),
        new ImportPlan.Entities(
            "user",
            users == null ? preset.users().table() : users,
            request.userKey().orElse(keyByDefault(users, preset.users(), roles.get("user"))),
            null,
            features(
                "--user-feature",
                users == null ? preset.users().features() : List.of(),
                request.userFeatures()),
            false),
        new ImportPlan.Entities(
            "item",
            items == null ? preset.items().table() : items,
            request.itemKey().orElse(keyByDefault(items, preset.items(), roles.get("item"))),
            itemName,
            features(
                "--item-feature",
                items == null ? preset.items().features() : List.of(),
                request.itemFeatures()),
            true),
        tree,
        treeTable,
        split(request, preset, roles),
        request.duplicates().orElse(preset.duplicates()),
        request.sessionGap());
  }

  /** Those that are asked for, after the kind of feedback, which is kept as one of them. */
  private static List<ContextOption> contexts(ImportRequest request, Map<String, String> roles) {
    List<ContextOption> contexts = new ArrayList<>();
    if (roles.containsKey("event")) {
      contexts.add(ContextOption.event(roles.get("event")));
    }
    request.contexts().forEach(text -> contexts.add(ContextOption.parse(text)));
    return contexts;
  }

  private static Map<String, String> roles(ImportRequest request, Preset preset) {
    Map<String, String> roles = new LinkedHashMap<>(preset.roles());
    Map<String, String> given = request.columns();
    // A time that the user names replaces a preset position, and vice versa.
    if (given.containsKey("time")) {
      roles.remove("position");
    }
    if (given.containsKey("position")) {
      roles.remove("time");
    }
    if (request.sessionGap().isPresent() && roles.remove("request") != null) {
      throw new IllegalArgumentException(
          "--session-gap makes requests for a log that has none; "
              + request.format()
              + " logs have their own requests");
    }
    roles.putAll(given);
    if (request.sessionGap().isPresent() && !roles.containsKey("time")) {
      throw new IllegalArgumentException(
          "--session-gap counts seconds between times, but this log has no times; give --column"
              + " time=COLUMN");
    }
    return roles;
  }

  private static void requireFile(String side, Optional<String> key, SourceTable file) {
    if (key.isPresent() && file == null) {
      throw new IllegalArgumentException(
          "--%1$s-key %2$s is a column of a file about %1$ss; give --%1$ss FILE, or leave it out"
              .formatted(side, BadRow.shortened(key.get())));
    }
  }

  private static String keyByDefault(SourceTable given, Preset.Side preset, String role) {
    return given == null && preset.table() != null ? preset.key() : role;
  }

  private static TreeOption parse(String tree) {
    return tree == null ? null : TreeOption.parse(tree);
  }

  private static SplitRule split(ImportRequest request, Preset preset, Map<String, String> roles) {
    SplitRule split =
        request
            .split()
            .orElse(
                roles.containsKey("split")
                    ? new SplitRule.Given(SplitRule.Given.DEFAULT_VALIDATION)
                    : preset.split());
    if (!(split.ofRows() instanceof SplitRule.Given) && request.columns().containsKey("split")) {
      throw new IllegalArgumentException(
          "--column split=%s is the log's own split, and --split %s makes another; keep one"
              .formatted(BadRow.shortened(roles.get("split")), split));
    }
    if (split.ofRows() instanceof SplitRule.Given && !roles.containsKey("split")) {
      throw new IllegalArgumentException(
          "--split given needs --column split=COLUMN with train, validation, test; or use"
              + " leave-last-out or time:FRACTION");
    }
    if (split.ofRows() instanceof SplitRule.LeaveLastRequestOut
        && !roles.containsKey("request")
        && request.sessionGap().isEmpty()) {
      throw new IllegalArgumentException(
          "--split leave-last-request-out needs several requests per user, but this log has one per"
              + " user; give --column request=COLUMN or --session-gap SECONDS, or use"
              + " leave-last-out");
    }
    if (split.ofRows() instanceof SplitRule.Time && roles.containsKey("position")) {
      throw new IllegalArgumentException(
          "--split time:FRACTION needs times that are comparable across users, but a position only"
              + " orders rows; use leave-last-out, or give --column time=COLUMN");
    }
    return split;
  }

  private static List<FeatureOption> features(
      String flag, List<String> preset, List<String> given) {
    Map<String, FeatureOption> features = new LinkedHashMap<>();
    List<String> texts = new ArrayList<>(preset);
    texts.addAll(given);
    for (String text : texts) {
      FeatureOption option = FeatureOption.parse(flag, text);
      features.put(option.name(), option);
    }
    return List.copyOf(features.values());
  }
}
