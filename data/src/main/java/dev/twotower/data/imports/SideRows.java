package dev.twotower.data.imports;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.source.TableJoin;
import dev.twotower.data.message.Amount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines of files beside the log that cannot be used. They are bad rows like those of the log but
 * counted separately, so that the counts of the log's rows read, left out and kept add up.
 *
 * @param counts lines by file and reason
 * @param examples a few of each, with file and line
 * @param coverage what is to be said of files joined to them
 */
record SideRows(Map<String, Long> counts, List<BadRow> examples, List<String> coverage) {
  static SideRows read(QuerySession session, List<SourceTable.SourceFile> files, ImportPlan plan) {
    Map<String, Long> counts = new LinkedHashMap<>();
    List<BadRow> examples = new ArrayList<>();
    for (SourceTable.SourceFile file : files) {
      if (plan.log().files().contains(file)) {
        continue;
      }
      for (SourceTable.Malformed malformed : file.malformed(session)) {
        counts.merge(key(file.fileName(), malformed.reason()), malformed.count(), Long::sum);
        examples.addAll(malformed.examples());
      }
    }
    List<String> coverage = new ArrayList<>();
    for (ImportPlan.Entities entities : List.of(plan.users(), plan.items())) {
      if (entities.side() != null) {
        addCoverage(session, entities.side(), coverage);
      }
    }
    return new SideRows(counts, examples, coverage);
  }

  /** What the lines that an example stands for are counted by. */
  static String key(BadRow example) {
    return key(example.file(), example.reason());
  }

  private static String key(String file, String reason) {
    return file + ": " + reason;
  }

  private static void addCoverage(QuerySession session, SourceTable side, List<String> notes) {
    for (TableJoin join : side.joins()) {
      session.forEach(
          "SELECT count(*), count(%s) FROM %s"
              .formatted(QuerySession.ident(join.marker()), side.from()),
          row -> {
            String note = join.coverage(side.fileNames(), row.getLong(1), row.getLong(2));
            if (note != null) {
              notes.add(note);
            }
          });
    }
  }

  long bad() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  List<String> notes() {
    List<String> notes = new ArrayList<>();
    counts.forEach(
        (reason, count) ->
            notes.add("%s left out of %s".formatted(Amount.of(count, "line"), reason)));
    notes.addAll(coverage);
    return notes;
  }
}
