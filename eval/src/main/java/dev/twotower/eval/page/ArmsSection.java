package dev.twotower.eval.page;

import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.Overlap;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.ranking.Disliked;
import dev.twotower.eval.stats.Estimate;
import java.util.ArrayList;
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
    List<String> heads =
        new ArrayList<>(
            List.of(
                "arm",
                "verdict",
                report.metric(),
                "95 % interval",
                "against the first",
                "false negatives",
                "effective users",
                "rows per request",
                "examples/s"));
    report.disliked().ifPresent(heads::add);
    Html.Table table = new Html.Table(heads.toArray(String[]::new));
    for (Report.Arm arm : report.arms()) {
      Estimate estimate = arm.metrics().get(report.metric());
      Report.Pair pair = report.againstReference(arm.name()).orElse(null);
      FalseNegatives batches = arm.batches();
      List<Object> cells = new ArrayList<>();
      cells.add(pair == null ? Html.verdict("reference") : Html.verdict(pair));
      cells.add(estimate == null ? "–" : Numbers.metric(estimate.mean()));
      cells.add(estimate == null ? "–" : Section.range(estimate.low(), estimate.high()));
      cells.add(
          pair == null || pair.relative() == null ? "–" : Numbers.signedPercent(pair.relative()));
      cells.add(arm.falseNegativeRate() == null ? "–" : Numbers.percent(arm.falseNegativeRate()));
      cells.add(batches == null ? "–" : Numbers.oneDecimal(batches.effectiveUsers()));
      cells.add(arm.dedupRatio() == null ? "–" : Numbers.oneDecimal(arm.dedupRatio()));
      cells.add(speed(arm));
      report
          .disliked()
          .ifPresent(share -> cells.add(Numbers.metric(arm.metrics().get(share).mean())));
      table.row(arm.name(), cells.toArray());
    }
    report
        .baselines()
        .forEach(
            (name, metrics) -> {
              Double value = metrics.get(report.metric());
              if (value != null) {
                List<Object> cells =
                    new ArrayList<>(
                        List.of("baseline", Numbers.metric(value), "", "", "", "", "", ""));
                report
                    .disliked()
                    .ifPresent(
                        share ->
                            cells.add(
                                metrics.containsKey(share)
                                    ? Numbers.metric(metrics.get(share))
                                    : "–"));
                table.row(name, cells.toArray());
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
        report.speeds(),
        headline
            + table
            + report
                .disliked()
                .map(share -> "<p>" + Html.escape(Disliked.key(share)) + ".</p>")
                .orElse("")
            + Overlap.note(report).map(note -> "<p>" + Html.escape(note) + "</p>").orElse("")
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
