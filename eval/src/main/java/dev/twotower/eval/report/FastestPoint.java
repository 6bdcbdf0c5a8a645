package dev.twotower.eval.report;

import dev.twotower.eval.stats.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the trade-off comes to: the fastest point that is not worse than the reference. */
public final class FastestPoint {
  private FastestPoint() {}

  /** A sentence, plain text; empty where the reference is no point or the only one. */
  public static Optional<String> sentence(Report report) {
    Optional<Report.TradeOff> reference =
        report.tradeOff().stream()
            .filter(point -> point.arm().equals(report.reference().name()))
            .findFirst();
    List<Report.TradeOff> others =
        report.tradeOff().stream()
            .filter(point -> report.againstReference(point.arm()).isPresent())
            .toList();
    if (reference.isEmpty() || others.isEmpty()) {
      return Optional.empty();
    }
    List<Report.TradeOff> left =
        others.stream()
            .filter(
                point ->
                    report.againstReference(point.arm()).orElseThrow().verdict() != Verdict.WORSE)
            .toList();
    if (left.isEmpty()) {
      return Optional.of(
          others.size() == 1
              ? "%s is worse than %s.".formatted(others.get(0).arm(), reference.get().arm())
              : "All %d other points are worse than %s."
                  .formatted(others.size(), reference.get().arm()));
    }
    Report.TradeOff fastest =
        left.stream()
            .max(Comparator.comparingDouble(Report.TradeOff::examplesPerSecond))
            .orElseThrow();
    Report.Pair pair = report.againstReference(fastest.arm()).orElseThrow();
    return Optional.of(
        "Of %d other points, %d %s not shown to be worse than %s. The fastest of them is %s: %s times its examples a second, %s %s (%s%s), %s of negatives false."
            .formatted(
                others.size(),
                left.size(),
                left.size() == 1 ? "is" : "are",
                reference.get().arm(),
                fastest.arm(),
                String.format(
                    Locale.ROOT,
                    "%.1f",
                    fastest.examplesPerSecond() / reference.get().examplesPerSecond()),
                report.metric(),
                Numbers.metric(fastest.metric().mean()),
                pair.relative() == null ? "" : Numbers.signedPercent(pair.relative()) + ", ",
                pair.verdict(),
                Numbers.percent(fastest.falseNegativeRate())));
  }
}
