package dev.twotower.eval.stats;

import it.unimi.dsi.fastutil.doubles.DoubleArrays;
import java.util.Arrays;

/** Spearman's rank correlation; equal values share their mean rank. */
public final class RankCorrelation {
  private RankCorrelation() {}

  /** The correlation, 0 where one side is constant. */
  public static double of(double[] a, double[] b) {
    double[] ranksA = ranks(a);
    double[] ranksB = ranks(b);
    double mean = (a.length + 1) / 2.0;
    double both = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      both += (ranksA[i] - mean) * (ranksB[i] - mean);
      squaresA += Math.pow(ranksA[i] - mean, 2);
      squaresB += Math.pow(ranksB[i] - mean, 2);
    }
    double spread = Math.sqrt(squaresA * squaresB);
    return spread == 0 ? 0 : both / spread;
  }

  private static double[] ranks(double[] values) {
    int[] order = new int[values.length];
    Arrays.setAll(order, i -> i);
    DoubleArrays.quickSortIndirect(order, values);
    double[] ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = from + 1;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + to + 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}
