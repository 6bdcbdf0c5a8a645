package dev.twotower.eval.comparison;

import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.CrossedMean;
import dev.twotower.eval.stats.PairedDifference;
import dev.twotower.eval.stats.Power;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * What it would take to decide an undecided pair, if the true difference and the variances are
 * those observed: the smallest number of seeds, or of users, with which the test of a difference or
 * the two tests of equivalence succeed with the required power, at their level divided by the size
 * of the family. The variance with more seeds or users follows from the components of {@link
 * CrossedMean}.
 *
 * @param now number of seeds at present
 * @param seeds total number of seeds that would decide it on these users; empty if no number up to
 *     1000 does
 * @param users number of users that would decide it with these seeds; empty if no number up to 10
 *     million does
 */
public record PowerNote(int now, OptionalInt seeds, OptionalInt users) {
  private static final int MOST_SEEDS = 1000;
  private static final int MOST_USERS = 10_000_000;

  static PowerNote of(PairedDifference pair, ComparisonSettings settings, int family) {
    CrossedMean mean = pair.difference();
    if (mean.seeds() == 1) {
      // One seed says nothing about how much seeds vary.
      return new PowerNote(1, OptionalInt.empty(), OptionalInt.empty());
    }
    Power power = new Power(mean, settings.margin() * Math.abs(pair.meanB()));
    double level = settings.level() / family;
    double chance = settings.power();
    OptionalInt seeds =
        least(
            mean.seeds() + 1,
            MOST_SEEDS,
            number -> power.deciding(number, mean.users(), level) >= chance);
    OptionalInt users =
        least(
            mean.users() + 1,
            MOST_USERS,
            number -> power.deciding(mean.seeds(), number, level) >= chance);
    return new PowerNote(mean.seeds(), seeds, users);
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
    if (now == 1) {
      return "one seed cannot separate arms from run-to-run variation; give 3 or more";
    }
    if (seeds.isPresent()) {
      return "about " + seeds.getAsInt() + " seeds would decide it";
    }
    if (users.isPresent()) {
      return "more seeds do not decide it; about " + users.getAsInt() + " users would";
    }
    return "neither more seeds nor more users decide it at the difference observed";
  }
}
