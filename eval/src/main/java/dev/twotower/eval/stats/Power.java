package dev.twotower.eval.stats;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The chance that a comparison of a different size is decided, if the true difference and the
 * variance components are those of {@code now}. The part of the variance with few degrees of
 * freedom is itself drawn, so the chance is a mean over its distribution.
 */
public final class Power {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final int NODES = 48;

  private final double estimate;
  private final double distance;
  private final double margin;
  private final double seedVariance;
  private final double userVariance;
  private final double cellVariance;

  // Quantiles take long, and one comparison after another has the same degrees of freedom.
  private double drawnFor;
  private double[] drawn = new double[0];

  /**
   * A comparison as it is.
   *
   * @param margin largest difference that counts as none, in units of the metric
   */
  public Power(CrossedMean now, double margin) {
    this.estimate = now.estimate();
    this.distance = Math.abs(now.estimate());
    this.margin = margin;
    this.seedVariance = Math.max(0, now.seedSquare() - now.residualSquare()) * now.seeds();
    this.userVariance = Math.max(0, now.userSquare() - now.residualSquare()) * now.users();
    this.cellVariance = now.residualSquare() * now.seeds() * now.users();
  }

  /**
   * The chance of showing the difference, or of showing that it lies inside the margin, whichever
   * is larger.
   *
   * @param seeds at least 1; with one, users are all that varies
   * @param users at least 2
   * @param level error level of the two-sided test, and of each one-sided one
   */
  public double deciding(int seeds, int users, double level) {
    return Math.max(
        chance(seeds, users, level / 2, (bound, spread) -> above(distance - bound, spread)),
        chance(seeds, users, level, (bound, spread) -> inside(margin - bound, spread)));
  }

  /**
   * The chance of showing that the loss, if there is one, is less than the margin.
   *
   * @param seeds at least 1; with one, users are all that varies
   * @param users at least 2
   * @param level error level of the one-sided test
   */
  public double excludingALoss(int seeds, int users, double level) {
    return chance(seeds, users, level, (bound, spread) -> above(estimate + margin - bound, spread));
  }

  /** The chance that a test succeeds whose error is estimated at {@code bound}. */
  private interface Success {
    double of(double bound, double spread);
  }

  /**
   * @param tail the chance that the error passes the bound
   */
  private double chance(int seeds, int users, double tail, Success success) {
    double bySeed = seedVariance / seeds;
    double byUser = userVariance / users;
    double byCell = cellVariance / ((double) seeds * users);
    double spread = Math.sqrt(bySeed + byUser + byCell);
    if (spread == 0) {
      return distance > 0 || margin > 0 ? 1 : 0;
    }
    StudentQuantile ofMany = new StudentQuantile(Math.max(seeds, users) - 1.0);
    if (Math.min(seeds, users) == 1) {
      return success.of(ofMany.at(tail) * spread, spread);
    }
    double few = seeds <= users ? bySeed + byCell : byUser + byCell;
    double many = seeds <= users ? byUser : bySeed;
    double fewFreedom = Math.min(seeds, users) - 1.0;
    double manyFreedom = Math.max(seeds, users) - 1.0;
    double[] draws = draws(fewFreedom);
    double low = ofMany.at(tail);
    double high = new StudentQuantile(fewFreedom).at(tail);
    return Arrays.stream(draws)
            .map(
                draw -> {
                  CrossedError error = new CrossedError(few * draw, many, fewFreedom, manyFreedom);
                  double bound = error.between(low, high) * Math.sqrt(error.variance());
                  return success.of(bound, spread);
                })
            .sum()
        / NODES;
  }

  /** Draws of chi-square by its degrees of freedom, in the middles of equal shares. */
  private double[] draws(double freedom) {
    if (freedom != drawnFor) {
      ChiSquaredDistribution distribution = ChiSquaredDistribution.of(freedom);
      drawn =
          IntStream.range(0, NODES)
              .mapToDouble(
                  node -> distribution.inverseCumulativeProbability((node + 0.5) / NODES) / freedom)
              .toArray();
      drawnFor = freedom;
    }
    return drawn;
  }

  private static double above(double distance, double spread) {
    return NORMAL.cumulativeProbability(distance / spread);
  }

  private double inside(double bound, double spread) {
    return bound <= 0
        ? 0
        : NORMAL.cumulativeProbability((bound - distance) / spread)
            - NORMAL.cumulativeProbability((-bound - distance) / spread);
  }
}
