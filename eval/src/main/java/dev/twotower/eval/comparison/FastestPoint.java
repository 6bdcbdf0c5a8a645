package dev.twotower.eval.comparison;

import static java.util.Comparator.comparingDouble;

import dev.twotower.data.message.Amount;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The result of the trade-off: the fastest point that is shown to be as good as the reference, or
 * how far the closest one is from that.
 */
public final class FastestPoint {
  private final Report report;
  private final TradeOff reference;
  private final List<Point> others;

  /** A point against the reference. */
  private record Point(TradeOff costs, Report.Pair pair) {
    double speed() {
      return costs.examplesPerSecond();
    }
  }

  private FastestPoint(Report report, TradeOff reference, List<Point> others) {
    this.report = report;
    this.reference = reference;
    this.others = others;
  }

  /** A sentence or two, plain text; empty if the reference is not a point, or the only one. */
  public static Optional<String> sentence(Report report) {
    List<Point> others =
        report.tradeOff().stream()
            .flatMap(
                costs ->
                    report
                        .againstReference(costs.arm())
                        .map(pair -> new Point(costs, pair))
                        .stream())
            .toList();
    if (others.isEmpty()) {
      return Optional.empty();
    }
    return report.tradeOff().stream()
        .filter(point -> point.arm().equals(report.reference().name()))
        .findFirst()
        .map(reference -> new FastestPoint(report, reference, others).sentence());
  }

  private String sentence() {
    if (report.seeds().size() == 1) {
      return "One seed decides nothing: it cannot separate the effect of a layout from run-to-run"
          + " variation. "
          + fastestByMean(others)
              .map(
                  point ->
                      "With this seed, the fastest point " + byMean() + " is " + cost(point) + ")")
              .orElseGet(() -> "With this seed, there is no other point " + byMean())
          + ". Give --seeds 3 or more.";
    }
    List<Point> good = others.stream().filter(point -> point.pair().standing().good()).toList();
    if (!good.isEmpty()) {
      Point fastest = good.stream().max(comparingDouble(Point::speed)).orElseThrow();
      return "Of %s, %s shown to be as good as %s (no loss of %s or more). %s is %s."
          .formatted(
              Amount.of(others.size(), "other point"),
              Amount.of(good.size(), "is", "are"),
              reference.arm(),
              Numbers.percent(report.margin()),
              fastest.speed() > reference.examplesPerSecond()
                  ? "The fastest of them"
                  : "None of them is faster than it; the fastest",
              show(fastest));
    }
    List<Point> open =
        others.stream().filter(point -> point.pair().standing() == Standing.OPEN).toList();
    if (open.isEmpty()) {
      return others.size() == 1
          ? "%s is worse than %s.".formatted(others.get(0).costs().arm(), reference.arm())
          : "All %d other points are worse than %s.".formatted(others.size(), reference.arm());
    }
    String none =
        "No other point is shown to be as good as %s: %d undecided, %d worse. "
            .formatted(reference.arm(), open.size(), others.size() - open.size());
    Optional<Point> promising = fastestByMean(open);
    Point closest =
        promising.orElseGet(
            () -> open.stream().max(comparingDouble(p -> p.pair().difference())).orElseThrow());
    return none
        + (promising.isPresent()
            ? "The fastest undecided one " + byMean() + " is "
            : "The undecided one with the best mean is ")
        + show(closest)
        + "; "
        + closest.pair().note()
        + ".";
  }

  /** The fastest whose mean is not below the reference by the margin. */
  private Optional<Point> fastestByMean(List<Point> points) {
    Predicate<Point> holds =
        point -> point.pair().relative() != null && point.pair().relative() >= -report.margin();
    return points.stream().filter(holds).max(comparingDouble(Point::speed));
  }

  private String byMean() {
    return "whose %s is at most %s lower than that of %s"
        .formatted(report.metric(), Numbers.percent(report.margin()), reference.arm());
  }

  private String show(Point point) {
    Report.Pair pair = point.pair();
    String interval =
        pair.shownRelative()
            .map(
                ends ->
                    ", interval %s to %s"
                        .formatted(
                            Numbers.signedPercent(ends.low()), Numbers.signedPercent(ends.high())))
            .orElse("");
    return cost(point)
        + interval
        + ", "
        + pair.words()
        + "), "
        + Numbers.percent(point.costs().falseNegativeRate())
        + " of negatives false";
  }

  /** The ratio of speeds, seed by seed; empty with fewer than two. */
  private String speeds(Point point) {
    List<Double> own =
        report.arm(point.costs().arm()).map(Report.Arm::seedExamplesPerSecond).orElse(List.of());
    List<Double> base = report.reference().seedExamplesPerSecond();
    if (own.size() < 2 || own.size() != base.size()) {
      return "";
    }
    DoubleSummaryStatistics ratios =
        IntStream.range(0, own.size())
            .mapToDouble(seed -> own.get(seed) / base.get(seed))
            .summaryStatistics();
    return String.format(
        Locale.ROOT, " (%.1f to %.1f over seeds)", ratios.getMin(), ratios.getMax());
  }

  /** Speed and mean difference; its bracket is left open. */
  private String cost(Point point) {
    Double relative = point.pair().relative();
    return "%s: %s times its examples per second%s, %s %s (%s"
        .formatted(
            point.costs().arm(),
            String.format(Locale.ROOT, "%.1f", point.speed() / reference.examplesPerSecond()),
            speeds(point),
            report.metric(),
            Numbers.metric(point.costs().metric().mean()),
            relative == null
                ? Numbers.signedMetric(point.pair().difference())
                : Numbers.signedPercent(relative));
  }
}
