package dev.twotower.eval.stats;

/**
 * Arm a against arm b on one metric, before any correction for other pairs.
 *
 * @param difference a - b, seeds and users both counted as samples
 * @param meanA a's mean
 * @param meanB b's mean, which the margin is relative to
 * @param interval of the difference at the settings' level
 * @param usersOnly the bootstrap interval over users, seeds taken as given
 * @param pDifferent two-sided p value of "no difference"
 * @param pNotWorse one-sided p value of "worse by the margin or more"
 * @param pEquivalent p value of "differs by the margin or more": the larger of two one-sided tests
 */
public record PairedDifference(
    CrossedMean difference,
    double meanA,
    double meanB,
    Interval interval,
    Interval usersOnly,
    double pDifferent,
    double pNotWorse,
    double pEquivalent) {

  /**
   * Compares two arms cell by cell.
   *
   * @param a seeds x users of the metric, higher is better
   * @param b the same seeds and users, in the same order; the reference
   */
  public static PairedDifference of(double[][] a, double[][] b, ComparisonSettings settings) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "arms have "
              + a.length
              + " and "
              + b.length
              + " seeds; pairs need the same seeds in the same order");
    }
    CrossedMean difference = CrossedMean.of(combine(a, b, 1));
    CrossedMean aboveLower = CrossedMean.of(combine(a, b, 1 - settings.margin()));
    CrossedMean belowUpper = CrossedMean.of(combine(a, b, 1 + settings.margin()));
    double pNotWorse = aboveLower.pAbove();
    double confidence = 1 - settings.level();
    Interval usersOnly =
        UserBootstrap.intervals(
            new double[][] {userMeans(combine(a, b, 1))},
            settings.replicates(),
            confidence,
            settings.seed())[0];
    return new PairedDifference(
        difference,
        CrossedMean.of(a).estimate(),
        CrossedMean.of(b).estimate(),
        difference.interval(confidence),
        usersOnly,
        difference.pDifferent(),
        pNotWorse,
        Math.max(pNotWorse, belowUpper.pBelow()));
  }

  /** a - factor * b, cell by cell. */
  private static double[][] combine(double[][] a, double[][] b, double factor) {
    double[][] combined = new double[a.length][];
    for (int seed = 0; seed < a.length; seed++) {
      if (a[seed].length != b[seed].length) {
        throw new IllegalArgumentException(
            "seed number "
                + seed
                + " has "
                + a[seed].length
                + " users in one arm and "
                + b[seed].length
                + " in the other; pairs need the same users in the same order");
      }
      combined[seed] = new double[a[seed].length];
      for (int user = 0; user < a[seed].length; user++) {
        combined[seed][user] = a[seed][user] - factor * b[seed][user];
      }
    }
    return combined;
  }

  private static double[] userMeans(double[][] values) {
    double[] means = new double[values[0].length];
    for (double[] row : values) {
      for (int user = 0; user < means.length; user++) {
        means[user] += row[user] / values.length;
      }
    }
    return means;
  }
}
