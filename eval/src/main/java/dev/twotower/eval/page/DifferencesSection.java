package dev.twotower.eval.page;

import dev.twotower.data.message.Amount;
import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.PairText;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.Verdict;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Pairs of arms with the intervals and tests behind their verdicts. */
final class DifferencesSection {
  private static final String VERDICT_KEY =
      "<p class=\"key\">In each row, the arm before &ldquo;vs&rdquo; is "
          + Arrays.stream(Verdict.values())
              .map(verdict -> "<span class=\"verdict-%s\">%s</span>".formatted(verdict, verdict))
              .collect(Collectors.joining())
          + "</p>";

  private DifferencesSection() {}

  /**
   * The section; empty where nothing is compared.
   *
   * @param left pairs that the page leaves out
   */
  static String of(Report report, int left) {
    if (report.headlinePairs().isEmpty()) {
      return "";
    }
    Html.Table table =
        new Html.Table(
            "a",
            "is … than",
            "b",
            "difference",
            "95 % interval",
            "judged by",
            "a − b in " + report.metric(),
            "95 % interval in " + report.metric(),
            "over users only",
            "p different (Holm)",
            "p outside margin (Holm)",
            "note");
    for (Report.Pair pair : report.headlinePairs()) {
      table.row(
          pair.a(),
          Html.verdict(pair),
          pair.b(),
          PairText.difference(pair),
          PairText.interval(pair, " to "),
          judgedBy(pair),
          Numbers.signedMetric(pair.difference()),
          Section.signedRange(pair.low(), pair.high()),
          Section.signedRange(pair.usersLow(), pair.usersHigh()),
          Numbers.probability(pair.pDifferent()),
          Numbers.probability(pair.pEquivalent()),
          pair.note() == null ? "" : pair.note());
    }
    return Section.of(
        "differences",
        "Differences in " + report.metric(),
        "In percent of the second arm's value; columns that name the metric are in the metric"
            + " itself. The band is the margin of "
            + Numbers.percent(report.margin())
            + " inside which arms count as equivalent."
            + (left == 0
                ? ""
                : " Pairs with the first arm; report.json holds %s of other arms as well."
                    .formatted(Amount.of(left, "pair"))),
        VERDICT_KEY + chart(report) + Section.numbers(table));
  }

  /** In percent of the second arm's value; where that is 0 in all pairs, there is none. */
  private static String chart(Report report) {
    return report.headlinePairs().stream().allMatch(pair -> pair.relative() == null)
        ? ""
        : Section.chart(
            "forest", "Differences between arms, with the intervals they are judged by");
  }

  /** The interval that agrees with the verdict, and what it holds. */
  private static String judgedBy(Report.Pair pair) {
    return pair.corrected() == null
        ? "–"
        : "%s (%s, %s)"
            .formatted(
                PairText.judgedBy(pair, " to "),
                Numbers.percent(pair.corrected().confidence()),
                Amount.of(pair.corrected().pairs(), "pair"));
  }
}
