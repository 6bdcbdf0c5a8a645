package dev.twotower.trainer.command.text;

import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.page.ReportFiles;
import dev.twotower.eval.page.ShortAnswer;
import dev.twotower.eval.stats.Estimate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the demo found, for somebody who sees this for the first time: at most fifteen lines. */
public final class DemoText {
  private static final int WIDTH = 80;
  private static final String INDENT = "  ";

  private DemoText() {}

  /**
   * The text.
   *
   * @param names what each arm is, in words, in the report's order
   */
  public static String of(Report report, List<String> names, Path directory) {
    TextTable table = new TextTable("", report.metric(), "difference", "false negatives", "rows/s");
    Report.Arm first = report.reference();
    for (int at = 0; at < report.arms().size(); at++) {
      Report.Arm arm = report.arms().get(at);
      Estimate value = arm.metrics().get(report.metric());
      Optional<Report.Pair> pair = report.againstReference(arm.name());
      table.add(
          names.get(at),
          String.format(Locale.ROOT, "%.4f", value.mean()),
          arm.equals(first) ? "" : pair.map(DemoText::difference).orElse("-"),
          arm.falseNegativeRate() == null ? "-" : TextTable.percent(arm.falseNegativeRate()),
          Math.round(arm.examplesPerSecond()));
    }
    List<String> lines = new ArrayList<>(table.toString().lines().toList());
    lines.add("");
    ShortAnswer.of(report)
        .ifPresent(
            answer -> {
              lines.addAll(Fold.lines(answer.headline(), "", WIDTH));
              for (int part : new int[] {2, 3}) {
                lines.addAll(Fold.lines(answer.parts().get(part).answer(), INDENT, WIDTH));
              }
            });
    lines.add("");
    lines.add("report: " + directory.resolve(ReportFiles.HTML));
    return PlainSigns.of(String.join(System.lineSeparator(), lines));
  }

  private static String difference(Report.Pair pair) {
    String amount =
        pair.relative() == null
            ? ""
            : String.format(Locale.ROOT, "%+.1f %%, ", 100 * pair.relative());
    return amount + pair.words().replace("undecided, not worse", "not worse");
  }
}
