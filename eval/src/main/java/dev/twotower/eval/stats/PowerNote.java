package dev.twotower.eval.stats;

import java.util.OptionalInt;
import java.util.function.IntPredicate;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * What it would take to decide an undecided pair, if the true difference and the variances are
 * those observed. Required is (t1 + t2) standard errors between the difference and what is to be
 * ruled out, t1 the test's quantile at its level over the size of the family, t2 the power's: for a
 * difference, from 0; for equivalence, from the margin. The variance with more seeds or users
 * follows from the components of {@link CrossedMean}.
 *
 * @param seeds number of seeds in all that would decide it on these users; empty where no number up
 *     to 1000 does
 * @param users number of users that would decide it with these seeds; empty where no number up to
 *     10 million does
 */
public record PowerNote(OptionalInt seeds, OptionalInt users) {
  private static final int MOST_SEEDS = 1000;
  private static final int MOST_USERS = 10_000_000;

  static PowerNote of(PairedDifference pair, ComparisonSettings settings, int family) {
    Plan plan = new Plan(pair, settings, family);
    CrossedMean now = pair.difference();
    // One seed says nothing about how much seeds vary.
    OptionalInt seeds =
        now.seeds() == 1
            ? OptionalInt.empty()
            : least(now.seeds() + 1, MOST_SEEDS, s -> plan.decides(s, now.users()));
    OptionalInt users = least(now.users() + 1, MOST_USERS, n -> plan.decides(now.seeds(), n));
    return new PowerNote(seeds, users);
  }

  /** The least number that suffices; more of it always suffices too, so bisection finds it. */
  private static OptionalInt least(int from, int to, IntPredicate suffices) {
    if (from > to || !suffices.test(to)) {
      return OptionalInt.empty();
    }
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (suffices.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return OptionalInt.of(low);
  }

  /** The note as a sentence. */
  public String sentence() {
    if (seeds.isPresent()) {
      return "about " + seeds.getAsInt() + " seeds would decide it";
    }
    if (users.isPresent()) {
      return "more seeds do not decide it; about " + users.getAsInt() + " users would";
    }
    return "neither more seeds nor more users decide it at the difference observed";
  }

  /** Variance components and the distances to cover. */
  private static final class Plan {
    private final double seedVariance;
    private final double userVariance;
    private final double cellVariance;
    private final double distance;
    private final double room;
    private final ComparisonSettings settings;
    private final double level;

    Plan(PairedDifference pair, ComparisonSettings settings, int family) {
      CrossedMean now = pair.difference();
      double cells = (double) now.seeds() * now.users();
      seedVariance = Math.max(0, now.seedSquare() - now.residualSquare()) * now.seeds();
      userVariance = Math.max(0, now.userSquare() - now.residualSquare()) * now.users();
      cellVariance = now.residualSquare() * cells;
      distance = Math.abs(now.estimate());
      room = settings.margin() * Math.abs(pair.meanB()) - distance;
      level = settings.level() / family;
      this.settings = settings;
    }

    boolean decides(int seeds, int users) {
      double bySeed = seedVariance / seeds;
      double byUser = userVariance / users;
      double byCell = cellVariance / ((double) seeds * users);
      double variance = bySeed + byUser + byCell;
      double freedom = users - 1.0;
      if (seeds > 1) {
        double seedSquare = bySeed + byCell;
        double userSquare = byUser + byCell;
        double spread =
            seedSquare * seedSquare / (seeds - 1.0) + userSquare * userSquare / (users - 1.0);
        freedom = spread == 0 ? freedom : Math.max(seeds - 1.0, variance * variance / spread);
      }
      TDistribution t = TDistribution.of(freedom);
      double error = Math.sqrt(variance);
      double miss = 1 - settings.power();
      return distance >= (quantile(t, level / 2) + quantile(t, miss)) * error && distance > 0
          || room >= (quantile(t, level) + quantile(t, miss / 2)) * error && room > 0;
    }

    private static double quantile(TDistribution t, double above) {
      return t.inverseSurvivalProbability(above);
    }
  }
}
