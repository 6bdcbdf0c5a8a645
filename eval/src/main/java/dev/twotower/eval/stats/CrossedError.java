package dev.twotower.eval.stats;

/**
 * The reference distribution for the error of a crossed mean (package description): a variance, one
 * part of which has few degrees of freedom and the rest many, and the quantiles of the mean's error
 * in units of the variance's square root.
 *
 * @param few the part estimated with few degrees of freedom
 * @param many the rest, at least 0
 * @param fewFreedom degrees of freedom of {@code few}, at least 1
 * @param manyFreedom those of {@code many}, at least as many
 */
record CrossedError(double few, double many, double fewFreedom, double manyFreedom) {
  /** How much of the weight the odds of the two parts decide, found by simulation. */
  private static final double SCALE = 9;

  private static final double OFFSET = 3;

  private static final double SMALLEST = 1e-300;

  /** Below this share of the residual part, means are tied but for rounding. */
  private static final double TIED = 1e-9;

  static CrossedError of(CrossedMean mean) {
    double ofUsers = mean.users() - 1.0;
    if (mean.seeds() == 1) {
      return new CrossedError(0, mean.userSquare(), ofUsers, ofUsers);
    }
    double ofSeeds = mean.seeds() - 1.0;
    return ofSeeds <= ofUsers
        ? new CrossedError(
            apart(mean.seedSquare(), mean.residualSquare()),
            Math.max(0, mean.userSquare() - mean.residualSquare()),
            ofSeeds,
            ofUsers)
        : new CrossedError(
            apart(mean.userSquare(), mean.residualSquare()),
            Math.max(0, mean.seedSquare() - mean.residualSquare()),
            ofUsers,
            ofSeeds);
  }

  /** The part of few freedoms; what it is at least, on average, where all its means are tied. */
  private static double apart(double square, double residual) {
    return tied(square, residual) ? residual : square;
  }

  /** Whether means are equal but for rounding. */
  static boolean tied(double square, double residual) {
    return square < TIED * residual;
  }

  public double variance() {
    return few + many;
  }

  /**
   * The value that the error in units of its root passes with a chance of {@code tail}.
   *
   * @param tail above 0, at most 1/2
   */
  double quantile(double tail) {
    return quantile(tail, new StudentQuantile(manyFreedom), new StudentQuantile(fewFreedom));
  }

  private double quantile(double tail, StudentQuantile ofMany, StudentQuantile ofFew) {
    return few == 0 ? ofMany.at(tail) : between(ofMany.at(tail), ofFew.at(tail));
  }

  /**
   * The quantile, from those of the two parts alone.
   *
   * @param low that of the many freedoms
   * @param high that of the few
   */
  public double between(double low, double high) {
    return few == 0 || low == 0 ? low : low + (high - low) * weight(high / low);
  }

  /** The chance of passing a value: the tail whose quantile it is. */
  double tail(double value) {
    if (value < 0) {
      return 1 - tail(-value);
    }
    StudentQuantile ofMany = new StudentQuantile(manyFreedom);
    StudentQuantile ofFew = new StudentQuantile(fewFreedom);
    // The quantile lies between those of the two parts, so the tail does as well. False position,
    // in the Illinois form, on the logarithms of both.
    double low = Math.log(Math.max(ofMany.tail(value), SMALLEST));
    double high = Math.log(Math.max(ofFew.tail(value), SMALLEST));
    double atLow = Math.log(quantile(Math.exp(low), ofMany, ofFew) / value);
    double atHigh = Math.log(quantile(Math.exp(high), ofMany, ofFew) / value);
    int side = 0;
    while (high - low > 1e-10 && atLow > 0 && atHigh < 0) {
      double middle = (low * atHigh - high * atLow) / (atHigh - atLow);
      double atMiddle = Math.log(quantile(Math.exp(middle), ofMany, ofFew) / value);
      if (Math.abs(atMiddle) < 1e-12) {
        return Math.exp(middle);
      }
      if (atMiddle > 0) {
        low = middle;
        atLow = atMiddle;
        atHigh = side == 1 ? atHigh / 2 : atHigh;
        side = 1;
      } else {
        high = middle;
        atHigh = atMiddle;
        atLow = side == -1 ? atLow / 2 : atLow;
        side = -1;
      }
    }
    return Math.exp(atLow > 0 ? high : low);
  }

  /** The share of the few freedoms' quantile, 0..1, growing with their part of the variance. */
  private double weight(double ratio) {
    double odds = few / many;
    double even = SCALE / (OFFSET + ratio * ratio);
    double steepness = 1 + 6 / (fewFreedom * fewFreedom);
    return 1 / (1 + Math.pow(odds / even, -steepness));
  }
}
