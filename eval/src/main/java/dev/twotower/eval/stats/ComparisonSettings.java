package dev.twotower.eval.stats;

import dev.twotower.eval.comparison.PowerNote;

/**
 * How pairs are judged.
 *
 * @param level error level of the tests; intervals hold 1 - level
 * @param margin largest relative difference that counts as no difference
 * @param replicates bootstrap resamples of the users
 * @param power the power that {@link PowerNote} aims at
 * @param seed of the bootstrap
 * @param rankable users that there are, where a sample of them was ranked; 0 where all were
 */
public record ComparisonSettings(
    double level, double margin, int replicates, double power, long seed, int rankable) {
  public ComparisonSettings {
    requireInside(level, "level");
    requireInside(margin, "margin");
    requireInside(power, "power");
    if (replicates < 1) {
      throw new IllegalArgumentException(
          "replicates is " + replicates + "; allowed: 1 or more bootstrap resamples");
    }
  }

  /** Level 5 %, margin 1 % (design 5), 1000 replicates, power 80 %. */
  public static ComparisonSettings defaults() {
    return new ComparisonSettings(0.05, 0.01, 1000, 0.8, 0, 0);
  }

  /** The same where there are so many users, of whom a sample may have been ranked. */
  public ComparisonSettings withRankable(int users) {
    return new ComparisonSettings(level, margin, replicates, power, seed, users);
  }

  private static void requireInside(double value, String name) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed: above 0, below 1");
    }
  }
}
