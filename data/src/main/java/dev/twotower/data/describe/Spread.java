package dev.twotower.data.describe;

import java.util.Arrays;

/**
 * How a count is spread over the things counted: quantiles by nearest rank.
 *
 * @param count things counted
 * @param mean 0 where there are none, like all that follow
 */
public record Spread(
    long count,
    double mean,
    long min,
    long p10,
    long p25,
    long median,
    long p75,
    long p90,
    long p99,
    long max) {

  /** Of the values, which are left sorted. */
  static Spread of(long[] values) {
    if (values.length == 0) {
      return new Spread(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
    Arrays.sort(values);
    return new Spread(
        values.length,
        Arrays.stream(values).mapToDouble(value -> value).sum() / values.length,
        values[0],
        quantile(values, 0.10),
        quantile(values, 0.25),
        quantile(values, 0.50),
        quantile(values, 0.75),
        quantile(values, 0.90),
        quantile(values, 0.99),
        values[values.length - 1]);
  }

  private static long quantile(long[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, rank - 1)];
  }
}
