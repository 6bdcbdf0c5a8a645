package dev.twotower.spark.prepare;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.FeatureOption;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.columns.ContextOption;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.message.Problems;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to prepare, from where, to where. Columns and conditions are Spark SQL expressions over the
 * log's columns.
 *
 * @param from paths, globs, or with format {@code table} the name of a table
 * @param format Spark's name of the format; empty to go by the file name's end
 * @param options of Spark's reader
 * @param parts parts to make, P
 * @param log what the columns are and what becomes of the rows, as for an import; its {@code from}
 *     is not read, {@code --tree} names columns, {@code --time-format} is Spark's pattern, and
 *     there are no files about users, files to join or tokens
 */
public record PrepareRequest(
    List<String> from,
    Optional<String> format,
    Map<String, String> options,
    int parts,
    ImportRequest log) {
  /** The most parts. */
  public static final int MOST_PARTS = 10_000;

  /**
   * Checks what can be checked without the log.
   *
   * @throws IllegalArgumentException naming every option that cannot be
   */
  public PrepareRequest {
    from = List.copyOf(from);
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    Map<String, String> columns = log.columns();
    Problems problems = new Problems();
    for (String role : List.of("user", "item")) {
      problems.require(
          columns.containsKey(role),
          "the log's %s column is not named; give --column %s=COLUMN",
          role,
          role);
    }
    problems.require(
        columns.containsKey("time") || columns.containsKey("position"),
        "a table has no order of its own: give --column time=COLUMN or, for an order that is not a"
            + " time, --column position=COLUMN");
    problems.require(
        parts >= 1 && parts <= MOST_PARTS, "--parts is %d; allowed: 1 to %d", parts, MOST_PARTS);
    problems.require(
        !log.itemFiles().isEmpty()
            || log.itemFeatures().isEmpty() && log.itemName().isEmpty() && log.tree().isEmpty(),
        "--item-name, --item-feature and --tree are columns of a table about items; name it with"
            + " --items PATH");
    String tree = log.tree().orElse("");
    problems.require(
        !tree.startsWith("path:") && !tree.startsWith("parents:"),
        "--tree is '%s'; allowed: TOP>...>BOTTOM columns",
        tree);
    problems.check();
  }

  /** Expressions over the log, by the option that has them. */
  Map<String, String> expressions() {
    Map<String, String> all = new LinkedHashMap<>();
    log.where().forEach(text -> all.put("--where '%s'".formatted(BadRow.shortened(text)), text));
    log.columns()
        .forEach(
            (role, option) ->
                all.put("--column %s='%s'".formatted(role, BadRow.shortened(option)), option));
    log.contexts().stream()
        .map(ContextOption::parse)
        .forEach(context -> all.put("--context " + context.name(), context.column()));
    log.itemFeatures()
        .forEach(
            text ->
                all.put(
                    "--item-feature '%s'".formatted(BadRow.shortened(text)),
                    FeatureOption.parse("--item-feature", text).column()));
    log.itemKey().ifPresent(key -> all.put("--item-key '%s'".formatted(key), key));
    log.itemName().ifPresent(name -> all.put("--item-name '%s'".formatted(name), name));
    return all;
  }

  /** Whether rows say what kind of feedback they are; it is then their first context. */
  boolean kinds() {
    return log.columns().containsKey(Dataset.KINDS);
  }

  SplitRule split() {
    return log.split().orElse(new SplitRule.LeaveLastOut());
  }

  Duplicates duplicates() {
    return log.duplicates().orElse(Duplicates.KEEP);
  }

  /** Columns of the category levels, top first; empty for no tree. */
  List<String> levels() {
    return log.tree().stream()
        .flatMap(text -> Arrays.stream(text.split(">")).map(String::strip))
        .toList();
  }

  /** Where requests come from, for the manifest. */
  String requests() {
    if (log.columns().containsKey("request")) {
      return "log";
    }
    return log.sessionGap().isPresent()
        ? "sessions of " + log.sessionGap().getAsLong() + " s"
        : "one per user";
  }

  /** The options, for the manifest. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>(log.texts());
    texts.put("from", String.join(", ", from));
    format.ifPresent(name -> texts.put("format", name));
    options.forEach((key, value) -> texts.put("option " + key, value));
    texts.put("parts", String.valueOf(parts));
    return texts;
  }
}
