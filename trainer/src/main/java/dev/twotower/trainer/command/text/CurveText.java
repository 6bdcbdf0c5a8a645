package dev.twotower.trainer.command.text;

import dev.twotower.eval.comparison.FastestPoint;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.SharedSettings;
import dev.twotower.eval.comparison.TradeOff;
import dev.twotower.eval.falsenegatives.BatchColumn;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A trade-off curve as text for a terminal. */
public final class CurveText {
  private CurveText() {}

  public static String of(Report full, Path directory) {
    Report report = SharedSettings.without(full);
    String gap = System.lineSeparator().repeat(2);
    StringBuilder text = new StringBuilder(points(report).toString());
    List<Report.Pair> pairs =
        report.tradeOff().stream()
            .flatMap(point -> report.againstReference(point.arm()).stream())
            .toList();
    text.append(PairNotes.of(pairs, Report.Pair::a));
    FastestPoint.sentence(report).ifPresent(sentence -> text.append(gap).append(sentence));
    text.append(gap).append(full.speeds());
    ReportText.judged(full).ifPresent(line -> text.append(gap).append(line));
    return ReportText.ended(text, report, directory);
  }

  /** What a curve is about; the page has the other columns as well. */
  private static final List<BatchColumn> COLUMNS =
      List.of(
          BatchColumn.LAYOUT,
          BatchColumn.BATCH,
          BatchColumn.MASKS,
          BatchColumn.FALSE,
          BatchColumn.SAME_USER,
          BatchColumn.EFFECTIVE_USERS,
          BatchColumn.ROWS_PER_REQUEST);

  private static BatchTable points(Report report) {
    BatchTable table =
        new BatchTable(
            COLUMNS,
            "rows/step",
            "ms/step (median)",
            "examples/s",
            "by seed",
            report.metric(),
            "95 % interval",
            "against the first");
    for (TradeOff point : report.tradeOff()) {
      table.add(
          point,
          point.stepRows(),
          point.stepMillis(),
          Math.round(point.examplesPerSecond()),
          report.arm(point.arm()).flatMap(arm -> arm.speeds("..")).orElse("-"),
          four(point.metric().mean()),
          four(point.metric().low()) + " .. " + four(point.metric().high()),
          verdict(report.againstReference(point.arm())));
    }
    return table;
  }

  private static String verdict(Optional<Report.Pair> pair) {
    if (pair.isEmpty()) {
      return "-";
    }
    Double relative = pair.get().relative();
    String amount =
        relative == null ? "" : String.format(Locale.ROOT, "%+.1f %%, ", 100 * relative);
    return amount + pair.get().words();
  }

  private static String four(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
