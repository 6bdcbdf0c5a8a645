package dev.twotower.data.imports;

import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.imports.source.BadRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an import did.
 *
 * @param directory the data set written
 * @param manifest its manifest; {@code provenance()} holds rows read and rows dropped by reason
 * @param examples a few bad rows of each reason, with file and line
 * @param notes anything else worth knowing, in sentences
 */
public record ImportSummary(
    Path directory, Manifest manifest, List<BadRow> examples, List<String> notes) {
  public ImportSummary {
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
    lines.add(line(rowsRead(), "rows read"));
    dropped().forEach((reason, rows) -> lines.add(line(-rows, reason)));
    Manifest.Counts counts = manifest.counts();
    lines.add(line(counts.allRows(), "rows kept"));
    for (Split split : Split.values()) {
      lines.add(line(counts.rows(split), "  " + split));
    }
    lines.add(line(counts.users(), "users"));
    lines.add(line(counts.items(), "items"));
    lines.add(line(counts.requests(), "requests (" + manifest.schema().requests() + ")"));
    examples.forEach(example -> lines.add("left out: " + example));
    notes.forEach(note -> lines.add("note: " + note));
    return lines;
  }

  private static String line(long count, String what) {
    return String.format(Locale.ROOT, "%,14d  %s", count, what);
  }
}
