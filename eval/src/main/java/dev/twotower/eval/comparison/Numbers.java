package dev.twotower.eval.comparison;

import java.util.Locale;

/** Numbers as the report writes them. */
public final class Numbers {
  private Numbers() {}

  /** A metric in 0..1, four decimals. */
  public static String metric(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  public static String signedMetric(double value) {
    return String.format(Locale.ROOT, "%+.4f", value).replace('-', '\u2212');
  }

  public static String percent(double share) {
    double percent = 100 * share;
    String format = percent == Math.rint(percent) || Math.abs(percent) >= 99.95 ? "%.0f" : "%.1f";
    return String.format(Locale.ROOT, format, percent) + "\u00a0%";
  }

  public static String signedPercent(double share) {
    return String.format(Locale.ROOT, "%+.1f\u00a0%%", 100 * share).replace('-', '\u2212');
  }

  public static String oneDecimal(double value) {
    return String.format(Locale.ROOT, "%,.1f", value);
  }

  public static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  public static String probability(double p) {
    return p < 0.0001 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", p);
  }
}
