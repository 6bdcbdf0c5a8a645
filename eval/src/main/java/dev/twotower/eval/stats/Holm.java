package dev.twotower.eval.stats;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Holm's step-down correction for many tests (Scandinavian Journal of Statistics 6, 1979). */
public final class Holm {
  private Holm() {}

  /**
   * Adjusted p values: rejecting those at or below a level keeps the chance of any false rejection
   * at or below that level, whatever the dependence between the tests.
   *
   * @param p values of one family, each in 0..1
   * @return adjusted values in the same order
   */
  public static double[] adjust(double[] p) {
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer test) -> p[test]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[p.length];
    double largest = 0;
    for (int rank = 0; rank < order.length; rank++) {
      int test = order[rank];
      largest = Math.max(largest, Math.min(1, (p.length - rank) * p[test]));
      adjusted[test] = largest;
    }
    return adjusted;
  }
}
