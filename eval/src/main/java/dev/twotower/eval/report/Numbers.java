package dev.twotower.eval.report;

import java.util.Locale;

/** Numbers as the report writes them. */
final class Numbers {
  private Numbers() {}

  /** A metric in 0..1, four decimals. */
  static String metric(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  static String signedMetric(double value) {
    return String.format(Locale.ROOT, "%+.4f", value).replace('-', '\u2212');
  }

  static String percent(double share) {
    double percent = 100 * share;
    String format = percent == Math.rint(percent) || Math.abs(percent) >= 99.95 ? "%.0f" : "%.1f";
    return String.format(Locale.ROOT, format, percent) + "\u00a0%";
  }

  static String signedPercent(double share) {
    return String.format(Locale.ROOT, "%+.1f\u00a0%%", 100 * share).replace('-', '\u2212');
  }

  static String oneDecimal(double value) {
    return String.format(Locale.ROOT, "%,.1f", value);
  }

  static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  static String probability(double p) {
    return p < 0.0001 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", p);
  }
}
