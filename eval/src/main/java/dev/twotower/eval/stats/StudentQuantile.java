package dev.twotower.eval.stats;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/** Quantiles of Student's t, by Newton's method: a comparison of many arms needs thousands. */
final class StudentQuantile {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final TDistribution student;
  private final double freedom;

  StudentQuantile(double freedom) {
    this.student = TDistribution.of(freedom);
    this.freedom = freedom;
  }

  /** The chance of passing a value. */
  double tail(double value) {
    return student.survivalProbability(value);
  }

  /**
   * The value passed with a chance of {@code tail}.
   *
   * @param tail above 0, at most 1/2
   */
  double at(double tail) {
    if (freedom == 1) {
      return 1 / Math.tan(Math.PI * tail);
    }
    if (freedom == 2) {
      return (1 - 2 * tail) / Math.sqrt(2 * tail * (1 - tail));
    }
    if (tail > 0.4) {
      return student.inverseSurvivalProbability(tail);
    }
    // The logarithm of the tail is concave in the logarithm of the value, so steps from a value
    // that is too small overshoot once at most and then descend.
    double value = start(tail);
    for (int step = 0; step < 100; step++) {
      double survival = student.survivalProbability(value);
      double slope = value * student.density(value) / survival;
      double change = Math.log(survival / tail) / slope;
      value *= Math.exp(Math.max(-1, Math.min(1, change)));
      // The error left is of the order of the square of the last change.
      if (Math.abs(change) < 1e-7) {
        break;
      }
    }
    return value;
  }

  /** Cornish and Fisher's expansion, as in Abramowitz and Stegun 26.7.5. */
  private double start(double tail) {
    double z = NORMAL.inverseSurvivalProbability(tail);
    double z3 = z * z * z;
    return z
        + (z3 + z) / (4 * freedom)
        + (5 * z3 * z * z + 16 * z3 + 3 * z) / (96 * freedom * freedom);
  }
}
