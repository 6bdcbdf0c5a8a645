package dev.twotower.eval.comparison;

import java.util.function.DoubleFunction;

/**
 * Differences as every table writes them: in percent of b's value; where that is 0, in the metric
 * itself.
 */
public final class PairText {
  /** What a reader must know of the columns of a table of pairs, a and b. */
  public static final String KEY = key("b");

  /** What a reader must know of the column "judged by". */
  public static final String LEVELS =
      "\"judged by\" is the interval that agrees with the verdict. Its level stands beside it where"
          + " that is not 95 %: more where Holm's correction for many pairs asks for more, 90 % or"
          + " more where two one-sided tests show that a pair is equivalent.";

  private static final double USUAL = 0.95;

  private PairText() {}

  /**
   * The same, where all are compared with one.
   *
   * @param with its name
   */
  public static String key(String with) {
    return "Differences are in percent of the value of %s: 0.2020 beside 0.2000 is +1.0 %%."
        .formatted(with);
  }

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

  /** The same with its level, where that is not 95 %. */
  public static String judgedByAtLevel(Report.Pair pair, String between) {
    return judgedBy(pair, between) + level(pair);
  }

  private static String level(Report.Pair pair) {
    return pair.corrected() == null || Math.abs(pair.corrected().confidence() - USUAL) < 5e-4
        ? ""
        : " (" + Numbers.percent(pair.corrected().confidence()) + ")";
  }

  private static String ends(
      double low, double high, DoubleFunction<String> number, String between) {
    return number.apply(low) + between + number.apply(high);
  }
}
