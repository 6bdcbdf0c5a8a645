package dev.twotower.eval.page;

import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.stats.Estimate;
import java.util.List;

/** Arms and baselines side by side. */
final class ArmsSection {
  private ArmsSection() {}

  /**
   * The section.
   *
   * @param names what arms are that do not say it themselves
   */
  static String of(Report report, List<String> names) {
    Html.Table table =
        new Html.Table(
            "arm",
            "verdict",
            report.metric(),
            "95 % interval",
            "against the first",
            "false negatives",
            "effective users",
            "rows per request",
            "examples/s");
    for (Report.Arm arm : report.arms()) {
      Estimate estimate = arm.metrics().get(report.metric());
      Report.Pair pair = report.againstReference(arm.name()).orElse(null);
      FalseNegatives batches = arm.batches();
      table.row(
          arm.name(),
          pair == null ? Html.verdict("reference") : Html.verdict(pair),
          estimate == null ? "–" : Numbers.metric(estimate.mean()),
          estimate == null ? "–" : Section.range(estimate.low(), estimate.high()),
          pair == null || pair.relative() == null ? "–" : Numbers.signedPercent(pair.relative()),
          arm.falseNegativeRate() == null ? "–" : Numbers.percent(arm.falseNegativeRate()),
          batches == null ? "–" : Numbers.oneDecimal(batches.effectiveUsers()),
          arm.dedupRatio() == null ? "–" : Numbers.oneDecimal(arm.dedupRatio()),
          speed(arm));
    }
    report
        .baselines()
        .forEach(
            (name, metrics) -> {
              Double value = metrics.get(report.metric());
              if (value != null) {
                table.row(name, "baseline", Numbers.metric(value), "", "", "", "", "", "");
              }
            });
    String choices =
        report.choices().isEmpty()
            ? ""
            : "<p>Chosen from the grid on the "
                + Html.escape(report.chosenOn())
                + " rows, for the first seed:</p><ul>"
                + Section.items(report.choices())
                + "</ul>";
    String headline =
        ShortAnswer.of(report)
            .map(it -> "<p>" + Html.escape(Headline.of(report)) + "</p>")
            .orElse("");
    return Section.of(
        "arms",
        "Arms",
        Report.SPEEDS,
        headline
            + table
            + (names.isEmpty()
                ? ""
                : "<p>What the names stand for:</p><ul>" + Section.items(names) + "</ul>")
            + choices);
  }

  /** With the slowest and the fastest seed. */
  static String speed(Report.Arm arm) {
    return Numbers.whole(arm.examplesPerSecond())
        + arm.speeds("to").map(range -> " (" + range + ")").orElse("");
  }
}
