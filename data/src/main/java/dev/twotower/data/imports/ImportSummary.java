package dev.twotower.data.imports;

import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.describe.FeatureShape;
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

/**
 * What an import did.
 *
 * @param directory the data set written
 * @param manifest its manifest; {@code provenance()} holds rows read and rows dropped by reason
 * @param events rows kept by kind of feedback; empty where rows do not say what they are
 * @param times when the rows kept are; empty where the log has no times
 * @param userFeatures features of users
 * @param itemFeatures features of items
 * @param examples a few bad rows of each reason, with file and line
 * @param notes anything else worth knowing, in sentences
 */
public record ImportSummary(
    Path directory,
    Manifest manifest,
    Map<String, Long> events,
    Optional<LogTimes> times,
    List<FeatureShape> userFeatures,
    List<FeatureShape> itemFeatures,
    List<BadRow> examples,
    List<String> notes) {
  private static final int WIDTH = 14;

  public ImportSummary {
    events = Collections.unmodifiableMap(new LinkedHashMap<>(events));
    userFeatures = List.copyOf(userFeatures);
    itemFeatures = List.copyOf(itemFeatures);
    examples = List.copyOf(examples);
    notes = List.copyOf(notes);
  }

  public long rowsRead() {
    return manifest.provenance().rowsRead();
  }

  /** Rows left out, by reason, in the order the rules apply. */
  public Map<String, Long> dropped() {
    return manifest.provenance().dropped();
  }

  /** The summary for people: a line per count, filter and note. */
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
    userFeatures.forEach(feature -> lines.add(line(feature)));
    lines.add(line(counts.items(), "item", "items"));
    itemFeatures.forEach(feature -> lines.add(line(feature)));
    String origin = " (" + manifest.schema().requests() + ")";
    lines.add(line(counts.requests(), "request" + origin, "requests" + origin));
    times.ifPresent(
        it ->
            lines.add(
                " ".repeat(WIDTH + 2)
                    + "%s to %s (UTC)"
                        .formatted(LogTimes.minute(it.first()), LogTimes.minute(it.last()))));
    examples.forEach(example -> lines.add("left out: " + example));
    notes.forEach(note -> lines.add("note: " + note));
    return lines;
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
