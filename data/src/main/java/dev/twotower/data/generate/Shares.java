package dev.twotower.data.generate;

/** Divides a whole number by weights, exactly. */
final class Shares {
  private Shares() {}

  /**
   * Whole shares that sum to {@code total}, each {@code least} or more and about proportional to
   * its weight, weights being cut where a share would pass {@code most}.
   *
   * @param total between {@code least} and {@code most} times the number of weights
   */
  static int[] of(long total, double[] weights, int least, int most) {
    int count = weights.length;
    assert total >= (long) least * count && total <= (long) most * count;
    double rest = total - (double) least * count;
    double room = (double) most - least;
    // The scale at which the capped weights sum to what is left, by bisection.
    double low = 0;
    double high = 1;
    while (sum(weights, high, room) < rest && high < 1e300) {
      high *= 2;
    }
    for (int step = 0; step < 60; step++) {
      double middle = (low + high) / 2;
      if (sum(weights, middle, room) < rest) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double factor = rest == 0 ? 0 : rest / sum(weights, high, room);
    int[] shares = new int[count];
    double before = 0;
    long given = 0;
    for (int i = 0; i < count; i++) {
      before += factor * Math.min(room, high * weights[i]);
      long upTo = i == count - 1 ? Math.round(rest) : Math.min(Math.round(before), (long) rest);
      shares[i] = least + (int) (upTo - given);
      given = upTo;
    }
    return shares;
  }

  private static double sum(double[] weights, double scale, double room) {
    double sum = 0;
    for (double weight : weights) {
      sum += Math.min(room, scale * weight);
    }
    return sum;
  }
}
