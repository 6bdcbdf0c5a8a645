package dev.twotower.eval.comparison;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Holm's step-down correction for many tests (Scandinavian Journal of Statistics 6, 1979). */
final class Holm {
  private final double[] adjusted;
  private final int[] ranks;

  private Holm(double[] adjusted, int[] ranks) {
    this.adjusted = adjusted;
    this.ranks = ranks;
  }

  /**
   * Corrects a family of tests.
   *
   * @param p values of one family, each in 0..1
   */
  static Holm of(double... p) {
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer test) -> p[test]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[p.length];
    int[] ranks = new int[p.length];
    double largest = 0;
    for (int rank = 0; rank < order.length; rank++) {
      int test = order[rank];
      largest = Math.max(largest, Math.min(1, (p.length - rank) * p[test]));
      adjusted[test] = largest;
      ranks[test] = rank;
    }
    return new Holm(adjusted, ranks);
  }

  /**
   * The adjusted p value of a test: rejecting those at or below a level keeps the chance of any
   * false rejection at or below that level, for any dependence between the tests.
   */
  double adjusted(int test) {
    return adjusted[test];
  }

  /**
   * The level that the plain p value of a test was held against, when the whole family is tested at
   * {@code level}: a test is rejected when its plain value is at or below it. Tests behind the
   * first that stands are held against that one's.
   */
  double level(int test, double level) {
    int rejected = (int) IntStream.range(0, ranks.length).filter(i -> adjusted[i] <= level).count();
    return level / (ranks.length - Math.min(ranks[test], Math.min(rejected, ranks.length - 1)));
  }
}
