package dev.twotower.data.imports;

import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.describe.FeatureShape;
import dev.twotower.data.describe.TreeShape;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.message.Amount;
import dev.twotower.data.odd.LogTimes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an import did.
 *
 * @param directory the data set written
 * @param manifest its manifest; {@code provenance()} holds rows read and rows dropped by reason
 * @param events rows kept by kind of feedback; empty where rows do not say what they are
 * @param times when the rows kept are; empty where the log has no times
 * @param userFeatures features of users
 * @param itemFeatures features of items
 * @param usersWithoutName how many have none; empty where names were not asked for
 * @param itemsWithoutName likewise
 * @param tree the category tree, where there is one
 * @param examples a few bad rows of each reason, with file and line
 * @param leftOut which of them people are shown, a sentence each
 * @param notes anything else worth knowing, in sentences
 * @param warnings why columns look as though they played another role than they were given
 */
public record ImportSummary(
    Path directory,
    Manifest manifest,
    Map<String, Long> events,
    Optional<LogTimes> times,
    List<FeatureShape> userFeatures,
    List<FeatureShape> itemFeatures,
    Optional<Integer> usersWithoutName,
    Optional<Integer> itemsWithoutName,
    Optional<TreeShape> tree,
    List<BadRow> examples,
    List<String> leftOut,
    List<String> notes,
    List<String> warnings) {
  private static final int WIDTH = 14;

  public ImportSummary {
    events = Collections.unmodifiableMap(new LinkedHashMap<>(events));
    userFeatures = List.copyOf(userFeatures);
    itemFeatures = List.copyOf(itemFeatures);
    examples = List.copyOf(examples);
    leftOut = List.copyOf(leftOut);
    notes = List.copyOf(notes);
    warnings = List.copyOf(warnings);
  }

  public long rowsRead() {
    return manifest.provenance().rowsRead();
  }

  /** Rows left out, by reason, in the order the rules apply. */
  public Map<String, Long> dropped() {
    return manifest.provenance().dropped();
  }

  /** The summary for people: a line per count, filter and note; warnings are not in it. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(line(rowsRead(), "row read", "rows read"));
    dropped().forEach((reason, rows) -> lines.add(line(-rows, reason, reason)));
    Manifest.Counts counts = manifest.counts();
    lines.add(line(counts.allRows(), "row kept", "rows kept"));
    for (Split split : Split.values()) {
      lines.add(line(counts.rows(split), "  " + split, "  " + split));
    }
    events.forEach((kind, rows) -> lines.add(line(rows, "  event " + kind, "  event " + kind)));
    lines.add(line(counts.users(), "user", "users"));
    addNames(usersWithoutName, "user", lines);
    userFeatures.forEach(feature -> lines.add(line(feature)));
    lines.add(line(counts.items(), "item", "items"));
    addNames(itemsWithoutName, "item", lines);
    itemFeatures.forEach(feature -> lines.add(line(feature)));
    tree.ifPresent(it -> lines.add(line(it)));
    String origin = " (" + manifest.schema().requests() + ")";
    lines.add(line(counts.requests(), "request" + origin, "requests" + origin));
    times.ifPresent(
        it ->
            lines.add(
                " ".repeat(WIDTH + 2)
                    + "%s to %s (UTC)"
                        .formatted(LogTimes.minute(it.first()), LogTimes.minute(it.last()))));
    lines.addAll(leftOut);
    notes.forEach(note -> lines.add("note: " + note));
    return lines;
  }

  private static void addNames(Optional<Integer> without, String what, List<String> lines) {
    without.ifPresent(
        none ->
            lines.add(
                " ".repeat(WIDTH + 4)
                    + (none == 0
                        ? "name: every %s has one".formatted(what)
                        : "name: %s without one".formatted(Amount.of(none, what)))));
  }

  private static String line(TreeShape tree) {
    return " ".repeat(WIDTH + 4)
        + "category tree: %s of %s; %s without a category"
            .formatted(
                Amount.of(tree.depth(), "level"),
                tree.nodesPerLevel().stream().map(Amount::number).collect(Collectors.joining(" > "))
                    + (tree.nodes() == 1 ? " category" : " categories"),
                Amount.of(tree.itemsWithoutCategory(), "item"));
  }

  private static String line(FeatureShape feature) {
    return " ".repeat(WIDTH + 2)
        + "  feature %s: %s, %s%s"
            .formatted(
                feature.name(),
                feature.kind(),
                feature.amount(),
                feature.missing() > 0
                    ? String.format(Locale.ROOT, ", %.1f %% missing", 100 * feature.missing())
                    : "");
  }

  /** The number right-aligned, then what is counted. */
  private static String line(long count, String one, String many) {
    String amount = Amount.of(count, " " + one, " " + many);
    int digits = amount.indexOf(' ');
    return " ".repeat(Math.max(0, WIDTH - digits)) + amount;
  }
}
