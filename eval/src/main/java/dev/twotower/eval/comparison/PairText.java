package dev.twotower.eval.comparison;

import java.util.function.DoubleFunction;

/**
 * Differences as every table writes them: in percent of b's value; where that is 0, in the metric
 * itself.
 */
public final class PairText {
  /** What a reader must know of the columns. */
  public static final String KEY =
      "Differences are in percent of b's value: a 0.2020 beside b 0.2000 is +1.0 %.";

  private PairText() {}

  public static String difference(Report.Pair pair) {
    return pair.relative() == null
        ? Numbers.signedMetric(pair.difference())
        : Numbers.signedPercent(pair.relative());
  }

  /** The 95 % interval. */
  public static String interval(Report.Pair pair, String between) {
    return pair.relativeLow() == null || pair.relativeHigh() == null
        ? ends(pair.low(), pair.high(), Numbers::signedMetric, between)
        : ends(pair.relativeLow(), pair.relativeHigh(), Numbers::signedPercent, between);
  }

  /** The interval that agrees with the verdict. */
  public static String judgedBy(Report.Pair pair, String between) {
    return pair.shownRelative()
        .map(shown -> ends(shown.low(), shown.high(), Numbers::signedPercent, between))
        .orElseGet(
            () -> ends(pair.shown().low(), pair.shown().high(), Numbers::signedMetric, between));
  }

  private static String ends(
      double low, double high, DoubleFunction<String> number, String between) {
    return number.apply(low) + between + number.apply(high);
  }
}
