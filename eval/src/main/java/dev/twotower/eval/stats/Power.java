package dev.twotower.eval.stats;

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

  private final double distance;
  private final double margin;
  private final double seedVariance;
  private final double userVariance;
  private final double cellVariance;

  /**
   * A comparison as it is.
   *
   * @param margin largest difference that counts as none, in units of the metric
   */
  public Power(CrossedMean now, double margin) {
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
   * @param seeds at least 2
   * @param level error level of the two-sided test, and of each one-sided one
   */
  public double deciding(int seeds, int users, double level) {
    double bySeed = seedVariance / seeds;
    double byUser = userVariance / users;
    double byCell = cellVariance / ((double) seeds * users);
    double spread = Math.sqrt(bySeed + byUser + byCell);
    if (spread == 0) {
      return distance > 0 || margin > 0 ? 1 : 0;
    }
    double few = seeds <= users ? bySeed + byCell : byUser + byCell;
    double many = seeds <= users ? byUser : bySeed;
    double fewFreedom = Math.min(seeds, users) - 1.0;
    double manyFreedom = Math.max(seeds, users) - 1.0;
    ChiSquaredDistribution draws = ChiSquaredDistribution.of(fewFreedom);
    StudentQuantile ofMany = new StudentQuantile(manyFreedom);
    StudentQuantile ofFew = new StudentQuantile(fewFreedom);
    double[] different = {ofMany.at(level / 2), ofFew.at(level / 2)};
    double[] equivalent = {ofMany.at(level), ofFew.at(level)};
    double[] chances =
        IntStream.range(0, NODES)
            .mapToObj(
                node -> {
                  double share = (node + 0.5) / NODES;
                  double drawn = draws.inverseCumulativeProbability(share) / fewFreedom;
                  CrossedError error = new CrossedError(few * drawn, many, fewFreedom, manyFreedom);
                  double unit = Math.sqrt(error.variance());
                  return new double[] {
                    above(error.between(different[0], different[1]) * unit, spread),
                    inside(margin - error.between(equivalent[0], equivalent[1]) * unit, spread)
                  };
                })
            .reduce(
                new double[2], (sum, each) -> new double[] {sum[0] + each[0], sum[1] + each[1]});
    return Math.max(chances[0], chances[1]) / NODES;
  }

  private double above(double bound, double spread) {
    return NORMAL.cumulativeProbability((distance - bound) / spread);
  }

  private double inside(double bound, double spread) {
    return bound <= 0
        ? 0
        : NORMAL.cumulativeProbability((bound - distance) / spread)
            - NORMAL.cumulativeProbability((-bound - distance) / spread);
  }
}
