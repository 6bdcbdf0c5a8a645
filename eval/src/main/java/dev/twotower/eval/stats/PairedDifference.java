package dev.twotower.eval.stats;

import java.util.List;

/**
 * Arm a against arm b on one metric, before any correction for other pairs.
 *
 * @param difference a - b, with seeds and users both treated as samples
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
   * Which two arms of a list are compared.
   *
   * @param a place of the one judged
   * @param b place of the reference
   */
  public record Places(int a, int b) {}

  /**
   * Compares two arms cell by cell.
   *
   * @param a seeds x users of the metric, higher is better
   * @param b the same seeds and users, in the same order; the reference
   */
  public static PairedDifference of(double[][] a, double[][] b, ComparisonSettings settings) {
    return all(List.of(a, b), List.of(new Places(0, 1)), settings).get(0);
  }

  /**
   * Compares arms cell by cell; all pairs share the users' resamples, which are drawn once.
   *
   * @param arms of each, seeds x users of the metric, higher is better; the same seeds and users in
   *     the same order
   * @return the pairs in order
   */
  public static List<PairedDifference> all(
      List<double[][]> arms, List<Places> pairs, ComparisonSettings settings) {
    if (pairs.isEmpty()) {
      return List.of();
    }
    arms.forEach(arm -> requireAlike(arm, arms.get(0)));
    double[][] resampled =
        UserBootstrap.means(
            arms.stream().map(PairedDifference::userMeans).toArray(double[][]::new),
            settings.replicates(),
            settings.seed());
    return pairs.stream()
        .map(
            pair ->
                of(
                    arms.get(pair.a()),
                    arms.get(pair.b()),
                    difference(resampled[pair.a()], resampled[pair.b()]),
                    settings))
        .toList();
  }

  private static PairedDifference of(
      double[][] a, double[][] b, double[] resampled, ComparisonSettings settings) {
    CrossedMean difference = CrossedMean.of(combine(a, b, 1));
    CrossedMean aboveLower =
        CrossedMean.of(combine(a, b, 1 - settings.margin())).asTiedAs(difference);
    CrossedMean belowUpper =
        CrossedMean.of(combine(a, b, 1 + settings.margin())).asTiedAs(difference);
    double pNotWorse = aboveLower.pAbove();
    double confidence = 1 - settings.level();
    return new PairedDifference(
        difference,
        CrossedMean.of(a).estimate(),
        CrossedMean.of(b).estimate(),
        difference.interval(confidence),
        UserBootstrap.interval(resampled, confidence),
        difference.pDifferent(),
        pNotWorse,
        Math.max(pNotWorse, belowUpper.pBelow()));
  }

  private static void requireAlike(double[][] a, double[][] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "arms have "
              + b.length
              + " and "
              + a.length
              + " seeds; pairs need the same seeds in the same order");
    }
    for (int seed = 0; seed < a.length; seed++) {
      if (a[seed].length != b[seed].length) {
        throw new IllegalArgumentException(
            "seed number "
                + seed
                + " has "
                + b[seed].length
                + " users in one arm and "
                + a[seed].length
                + " in the other; pairs need the same users in the same order");
      }
    }
  }

  private static double[] difference(double[] a, double[] b) {
    double[] difference = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  /** a - factor * b, cell by cell. */
  private static double[][] combine(double[][] a, double[][] b, double factor) {
    double[][] combined = new double[a.length][];
    for (int seed = 0; seed < a.length; seed++) {
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
