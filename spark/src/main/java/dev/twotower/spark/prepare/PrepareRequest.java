package dev.twotower.spark.prepare;

import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.message.Problems;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What to prepare, from where, to where. Columns and conditions are Spark SQL expressions over the
 * log's columns.
 *
 * @param from paths, globs, or with format {@code table} the name of a table
 * @param format Spark's name of the format; empty to go by the file name's end
 * @param options of Spark's reader
 * @param to the data set directory, which must not exist
 * @param parts parts to make, P
 * @param columns column or expression by role; {@link ImportRequest#ROLES}
 * @param contexts {@code NAME[=COLUMN][:KIND]} texts
 * @param where conditions of rows to keep
 * @param nullWords texts that mean null in ids and contexts
 * @param items the side table of items
 * @param split the rule
 * @param seed of the random draws
 * @param duplicates what happens to rows that repeat
 * @param sessionGap a pause of more than so many seconds ends a session
 * @param maxBadRows bad rows that are left out and counted rather than refused
 * @param timeUnit what numbers in the time column count
 * @param timeFormat Spark's pattern for texts in the time column
 */
public record PrepareRequest(
    List<String> from,
    Optional<String> format,
    Map<String, String> options,
    Path to,
    int parts,
    Map<String, String> columns,
    List<String> contexts,
    List<String> where,
    List<String> nullWords,
    ItemSide items,
    SplitRule split,
    long seed,
    Duplicates duplicates,
    OptionalLong sessionGap,
    long maxBadRows,
    String timeUnit,
    Optional<String> timeFormat) {
  /** The most parts. */
  public static final int MOST_PARTS = 10_000;

  static final Map<String, Long> UNITS =
      new TreeMap<>(
          Map.of(
              "seconds", 1L,
              "milliseconds", 1_000L,
              "microseconds", 1_000_000L,
              "nanoseconds", 1_000_000_000L));

  /**
   * A table that describes items; items that occur only in it are kept.
   *
   * @param files the table, and those joined to it on the columns they share; empty for none
   * @param key its column with the item's id; empty for the log's
   * @param name its column with the item's name
   * @param features {@code [NAME=]KIND:COLUMN} texts
   * @param tree columns of the category levels, top first; empty for no tree
   */
  public record ItemSide(
      List<String> files,
      Optional<String> key,
      Optional<String> name,
      List<String> features,
      List<String> tree) {
    public ItemSide {
      files = List.copyOf(files);
      features = List.copyOf(features);
      tree = List.copyOf(tree);
    }
  }

  /**
   * Checks what can be checked without the log.
   *
   * @throws IllegalArgumentException naming every option that cannot be
   */
  public PrepareRequest {
    from = List.copyOf(from);
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    contexts = List.copyOf(contexts);
    where = List.copyOf(where);
    nullWords = nullWords.stream().map(String::strip).filter(word -> !word.isEmpty()).toList();
    Problems problems = new Problems();
    for (String role : new TreeSet<>(columns.keySet())) {
      problems.require(
          ImportRequest.ROLES.contains(role),
          "--column %s=%s: unknown role '%s'; allowed: %s",
          role,
          columns.get(role),
          role,
          ImportRequest.ROLES);
    }
    for (String role : List.of("user", "item")) {
      problems.require(
          columns.containsKey(role),
          "the log's %s column is not named; give --column %s=COLUMN",
          role,
          role);
    }
    problems.require(
        columns.containsKey("time") != columns.containsKey("position"),
        "received --column time %s; a table has no order of its own: give either --column"
            + " time=COLUMN or, for an order that is not a time, --column position=COLUMN",
        columns.containsKey("time") ? "and --column position" : "and --column position neither");
    problems.require(
        !columns.containsKey("request") || sessionGap.isEmpty(),
        "--session-gap makes requests for a log that has none; leave out --column request or"
            + " --session-gap");
    problems.require(
        sessionGap.orElse(1) > 0,
        "--session-gap is %d; allowed: 1 and up, in seconds",
        sessionGap.orElse(1));
    problems.require(maxBadRows >= 0, "--max-bad-rows is %d; allowed: 0 and up", maxBadRows);
    problems.require(
        parts >= 1 && parts <= MOST_PARTS, "--parts is %d; allowed: 1 to %d", parts, MOST_PARTS);
    problems.require(
        UNITS.containsKey(timeUnit), "--time-unit is '%s'; allowed: %s", timeUnit, UNITS.keySet());
    boolean side = !items.files().isEmpty();
    problems.require(
        side || items.features().isEmpty() && items.name().isEmpty() && items.tree().isEmpty(),
        "--item-name, --item-feature and --tree are columns of a table about items; name it with"
            + " --items PATH");
    problems.check();
  }

  /** Where requests come from, for the manifest. */
  String requests() {
    if (columns.containsKey("request")) {
      return "log";
    }
    return sessionGap.isPresent() ? "sessions of " + sessionGap.getAsLong() + " s" : "one per user";
  }

  /** The options, for the manifest. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("from", String.join(", ", from));
    format.ifPresent(name -> texts.put("format", name));
    options.forEach((key, value) -> texts.put("option " + key, value));
    texts.put("parts", String.valueOf(parts));
    columns.forEach((role, column) -> texts.put("column " + role, column));
    putList(texts, "context", contexts);
    putList(texts, "where", where);
    putList(texts, "items", items.files());
    items.key().ifPresent(key -> texts.put("item-key", key));
    items.name().ifPresent(name -> texts.put("item-name", name));
    putList(texts, "item-feature", items.features());
    if (!items.tree().isEmpty()) {
      texts.put("tree", String.join(">", items.tree()));
    }
    texts.put("split", split.toString());
    texts.put("seed", String.valueOf(seed));
    texts.put("duplicates", duplicates.toString());
    if (sessionGap.isPresent()) {
      texts.put("session-gap", String.valueOf(sessionGap.getAsLong()));
    }
    texts.put("max-bad-rows", String.valueOf(maxBadRows));
    texts.put("time-unit", timeUnit);
    timeFormat.ifPresent(format -> texts.put("time-format", format));
    return texts;
  }

  private static void putList(Map<String, String> texts, String name, List<String> values) {
    if (!values.isEmpty()) {
      texts.put(name, String.join(", ", values));
    }
  }
}
