package dev.twotower.eval.stats;

/**
 * The mean of a table of seeds x users, with a standard error that treats both as samples (package
 * description).
 *
 * @param estimate the mean of all cells
 * @param seeds number of seeds S
 * @param users number of users n
 * @param seedSquare VA, variance of the seeds' means / S; 0 with one seed
 * @param userSquare VB, variance of the users' means / n
 * @param residualSquare VE, residual mean square / (n S); 0 with one seed
 */
public record CrossedMean(
    double estimate,
    int seeds,
    int users,
    double seedSquare,
    double userSquare,
    double residualSquare) {

  /**
   * Analyses a table.
   *
   * @param values seeds x users, at least 1 x 2, finite
   */
  public static CrossedMean of(double[][] values) {
    int seeds = values.length;
    int users = seeds == 0 ? 0 : values[0].length;
    if (users < 2) {
      throw new IllegalArgumentException(
          "received " + seeds + " seeds and " + users + " users; allowed: 1 and 2 at least");
    }
    double[] userMeans = new double[users];
    double[] seedMeans = new double[seeds];
    for (int seed = 0; seed < seeds; seed++) {
      if (values[seed].length != users) {
        throw new IllegalArgumentException(
            "seed "
                + seed
                + " has values of "
                + values[seed].length
                + " users, seed 0 of "
                + users
                + "; every seed must be evaluated on the same users");
      }
      for (int user = 0; user < users; user++) {
        seedMeans[seed] += values[seed][user] / users;
        userMeans[user] += values[seed][user] / seeds;
      }
    }
    double mean = mean(seedMeans);
    if (!Double.isFinite(mean)) {
      throw new IllegalArgumentException("a value is not finite; allowed: finite metrics only");
    }
    double residual = 0;
    for (int seed = 0; seed < seeds; seed++) {
      for (int user = 0; user < users; user++) {
        double rest = values[seed][user] - seedMeans[seed] - userMeans[user] + mean;
        residual += rest * rest;
      }
    }
    double cells = (double) seeds * users;
    return new CrossedMean(
        mean,
        seeds,
        users,
        seeds == 1 ? 0 : variance(seedMeans, mean) / seeds,
        variance(userMeans, mean) / users,
        seeds == 1 ? 0 : residual / ((seeds - 1.0) * (users - 1.0)) / cells);
  }

  /**
   * The mean of a table that is nearly another one, where that one's seeds or users are tied: what
   * little tells them apart here says nothing of how much they vary, so they count as tied too.
   */
  CrossedMean asTiedAs(CrossedMean other) {
    return new CrossedMean(
        estimate,
        seeds,
        users,
        CrossedError.tied(other.seedSquare, other.residualSquare)
            ? Math.max(seedSquare, residualSquare)
            : seedSquare,
        CrossedError.tied(other.userSquare, other.residualSquare)
            ? Math.max(userSquare, residualSquare)
            : userSquare,
        residualSquare);
  }

  /** The square root of the estimated variance of the mean. */
  public double standardError() {
    return Math.sqrt(CrossedError.of(this).variance());
  }

  /** The interval that holds the true mean with the given confidence, for example 0.95. */
  public Interval interval(double confidence) {
    CrossedError error = CrossedError.of(this);
    double reach =
        error.variance() == 0
            ? 0
            : Math.sqrt(error.variance()) * error.quantile((1 - confidence) / 2);
    return new Interval(estimate - reach, estimate + reach);
  }

  /** Probability of a mean at least this far above 0 if the true mean were 0. */
  public double pAbove() {
    return pAbove(estimate);
  }

  /** Probability of a mean at least this far below 0 if the true mean were 0. */
  public double pBelow() {
    return pAbove(-estimate);
  }

  /** Probability of a mean at least this far from 0 if the true mean were 0. */
  public double pDifferent() {
    return Math.min(1, 2 * Math.min(pAbove(), pBelow()));
  }

  private double pAbove(double value) {
    CrossedError error = CrossedError.of(this);
    if (error.variance() == 0) {
      return value > 0 ? 0 : 1;
    }
    return error.tail(value / Math.sqrt(error.variance()));
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double variance(double[] values, double mean) {
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum / (values.length - 1);
  }
}
