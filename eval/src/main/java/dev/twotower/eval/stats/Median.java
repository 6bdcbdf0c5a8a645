package dev.twotower.eval.stats;

import java.util.Arrays;

/** The middle of some values; of an even number of them, the mean of the two in the middle. */
public final class Median {
  private Median() {}

  /** The median; NaN of no values. */
  public static double of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
