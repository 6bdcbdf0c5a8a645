package dev.twotower.trainer.command.text;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.twotower.eval.falsenegatives.BatchColumn;
import dev.twotower.eval.falsenegatives.Conclusion;
import dev.twotower.eval.falsenegatives.Diagnosis;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.falsenegatives.LogShape;
import java.util.ArrayList;
import java.util.List;

/** What {@code diagnose} found, as a document and for a person to read. */
public final class DiagnosisText {
  private DiagnosisText() {}

  /** One entry of the document. */
  public record Entry(@JsonUnwrapped FalseNegatives measured, String conclusion) {
    /** What was measured on a log of some shape, with the sentence that it comes to. */
    public static Entry of(FalseNegatives measured, LogShape shape) {
      return new Entry(measured, Conclusion.of(measured, shape).sentence());
    }
  }

  /**
   * A table, and what follows from it.
   *
   * @param verbose whether the conclusion of each combination is told
   */
  public static String of(List<Entry> entries, LogShape shape, boolean verbose) {
    BatchTable table = new BatchTable(List.of(BatchColumn.values()), "distinct users");
    entries.forEach(entry -> table.add(entry.measured(), entry.measured().distinctUsers()));
    List<String> lines =
        new ArrayList<>(Diagnosis.lines(entries.stream().map(Entry::measured).toList(), shape));
    if (verbose) {
      lines.add("");
      entries.stream().map(Entry::conclusion).distinct().forEach(lines::add);
    } else if (entries.size() > 1) {
      lines.add("Use --verbose for the conclusion of each combination.");
    }
    String end = System.lineSeparator();
    return table + end + end + String.join(end, lines);
  }
}
