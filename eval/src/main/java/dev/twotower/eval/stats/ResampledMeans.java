package dev.twotower.eval.stats;

import java.util.Arrays;

/**
 * Means of several rows of values over users that were drawn a number of times each. A mean adds up
 * in the order of the users; rows that are finite throughout go four at a time, so that no sum has
 * to wait for the one before it.
 */
final class ResampledMeans {
  private static final int TOGETHER = 4;

  private final double[][] rows;
  private final boolean[] finite;

  /**
   * @param rows of values by user; NaN leaves the user out of the row's mean
   */
  ResampledMeans(double[][] rows) {
    this.rows = rows;
    this.finite = new boolean[rows.length];
    for (int row = 0; row < rows.length; row++) {
      finite[row] = Arrays.stream(rows[row]).allMatch(Double::isFinite);
    }
  }

  /** The mean of each row; NaN where it has none. */
  double[] of(int[] times) {
    double[] means = new double[rows.length];
    int row = 0;
    while (row < rows.length) {
      int to = row;
      while (to < rows.length && to < row + TOGETHER && finite[to]) {
        to++;
      }
      if (to == row) {
        means[row] = mean(rows[row], times);
        row++;
      } else {
        means(row, to, times, means);
        row = to;
      }
    }
    return means;
  }

  private void means(int from, int to, int[] times, double[] means) {
    double[] a = rows[from];
    double[] b = rows[Math.min(from + 1, to - 1)];
    double[] c = rows[Math.min(from + 2, to - 1)];
    double[] d = rows[to - 1];
    double ofA = 0;
    double ofB = 0;
    double ofC = 0;
    double ofD = 0;
    long count = 0;
    for (int user = 0; user < times.length; user++) {
      double drawn = times[user];
      ofA += drawn * a[user];
      ofB += drawn * b[user];
      ofC += drawn * c[user];
      ofD += drawn * d[user];
      count += times[user];
    }
    double[] sums = {ofA, ofB, ofC, ofD};
    for (int row = from; row < to; row++) {
      means[row] = sums[row - from] / count;
    }
    means[to - 1] = ofD / count;
  }

  private static double mean(double[] row, int[] times) {
    double sum = 0;
    long count = 0;
    for (int user = 0; user < times.length; user++) {
      if (times[user] > 0 && !Double.isNaN(row[user])) {
        sum += times[user] * row[user];
        count += times[user];
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }
}
