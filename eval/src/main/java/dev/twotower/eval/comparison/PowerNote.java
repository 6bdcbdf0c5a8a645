package dev.twotower.eval.comparison;

import dev.twotower.data.message.Amount;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.CrossedMean;
import dev.twotower.eval.stats.PairedDifference;
import dev.twotower.eval.stats.Power;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * What it would take to learn more of an undecided pair, if the true difference and the variances
 * are those observed: the smallest number of seeds, or of users, with which a test that is still
 * open succeeds with the required power, at its level divided by the size of the family. Where
 * nothing is shown, that is any of the tests; where a loss is ruled out already, those of a
 * difference and of equivalence. The variance with more seeds or users follows from the components
 * of {@link CrossedMean}.
 *
 * @param standing {@code OPEN} or {@code NOT_WORSE}
 * @param modelsGiven whether users are all that is sampled
 * @param equal whether no user tells the two apart
 * @param margin as a share of b's mean
 * @param now seeds and users at present
 * @param seeds total number of seeds that would suffice on these users; empty if no number up to
 *     1000 does
 * @param users number of users that would suffice with these seeds; empty if no number up to 10
 *     million does
 * @param both of both, where neither alone suffices; empty where that does not either
 */
public record PowerNote(
    Standing standing,
    boolean modelsGiven,
    Equal equal,
    double margin,
    Size now,
    OptionalInt seeds,
    OptionalInt users,
    Optional<PowerNote.Size> both) {
  private static final int MOST_SEEDS = 1000;
  private static final int MOST_USERS = 10_000_000;

  /** How two arms are equal that are so for every user and every seed. */
  enum Equal {
    NOT,
    /** Users who find something are too few to show it. */
    EVERYWHERE,
    /** Neither finds anything. */
    NOTHING
  }

  /** How much is sampled. */
  public record Size(int seeds, int users) {}

  static PowerNote of(
      PairedDifference pair,
      ComparisonSettings settings,
      int family,
      Standing standing,
      boolean modelsGiven) {
    CrossedMean mean = pair.difference();
    Size now = new Size(mean.seeds(), mean.users());
    Power power = new Power(mean, settings.margin() * Math.abs(pair.meanB()));
    double level = settings.level() / family;
    OptionalInt seeds = OptionalInt.empty();
    OptionalInt users = OptionalInt.empty();
    Optional<Size> both = Optional.empty();
    Equal equal =
        mean.estimate() != 0 || mean.standardError() != 0
            ? Equal.NOT
            : pair.meanB() == 0 ? Equal.NOTHING : Equal.EVERYWHERE;
    // One seed says nothing about how much seeds vary.
    if (equal == Equal.NOT && (now.seeds() > 1 || modelsGiven)) {
      Enough enough = (s, u) -> chance(power, standing, s, u, level) >= settings.power();
      users = least(now.users() + 1, MOST_USERS, number -> enough.of(now.seeds(), number));
      if (!modelsGiven) {
        seeds = least(now.seeds() + 1, MOST_SEEDS, number -> enough.of(number, now.users()));
        both = seeds.isPresent() || users.isPresent() ? both : both(now, enough);
      }
    }
    return new PowerNote(standing, modelsGiven, equal, settings.margin(), now, seeds, users, both);
  }

  private interface Enough {
    boolean of(int seeds, int users);
  }

  private static double chance(Power power, Standing standing, int seeds, int users, double level) {
    double decided = power.deciding(seeds, users, level);
    return standing == Standing.OPEN
        ? Math.max(decided, power.excludingALoss(seeds, users, level))
        : decided;
  }

  /** The fewest seeds, doubled each time, with which some number of users suffices. */
  private static Optional<Size> both(Size now, Enough enough) {
    for (int seeds = 2 * now.seeds(); seeds <= MOST_SEEDS; seeds *= 2) {
      int tried = seeds;
      OptionalInt users = least(now.users() + 1, MOST_USERS, number -> enough.of(tried, number));
      if (users.isPresent()) {
        return Optional.of(new Size(seeds, users.getAsInt()));
      }
    }
    return Optional.empty();
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
    return standing == Standing.NOT_WORSE
        ? "a loss of %s or more is ruled out; %s"
            .formatted(Numbers.percent(margin), needed("tell whether it gains"))
        : needed("decide it");
  }

  private String needed(String aim) {
    if (now.seeds() == 1 && !modelsGiven) {
      return "one seed cannot separate arms from run-to-run variation; give 3 or more";
    }
    if (equal == Equal.NOTHING) {
      return "neither finds anything for any user, so there is nothing to tell apart: train longer,"
          + " or judge at a larger K";
    }
    if (equal == Equal.EVERYWHERE) {
      return modelsGiven
          ? "the two are equal for every user; more users would " + aim
          : "the two are equal for every user and every seed; more of either would " + aim;
    }
    if (seeds.isPresent()) {
      return "about %s (%d in all) would %s%s"
          .formatted(
              Amount.of(seeds.getAsInt() - now.seeds(), "more seed"),
              seeds.getAsInt(),
              aim,
              users.isPresent() ? ", or " + people(users.getAsInt()) : "");
    }
    if (users.isPresent()) {
      return "%s would %s%s"
          .formatted(
              people(users.getAsInt()), aim, modelsGiven ? "" : "; more seeds alone would not");
    }
    if (both.isPresent()) {
      return "about %d seeds (%d now) on %s would %s; more of one alone would not"
          .formatted(both.get().seeds(), now.seeds(), people(both.get().users()), aim);
    }
    return "at the difference observed, no number of %susers would %s"
        .formatted(modelsGiven ? "" : "seeds and ", aim);
  }

  private String people(int number) {
    return "about %s users (%s now)"
        .formatted(Numbers.whole(rounded(number)), Numbers.whole(now.users()));
  }

  /** Up to two digits that count: it is an estimate. */
  private static long rounded(int number) {
    long unit = (long) Math.pow(10, Math.max(0, (int) Math.log10(number) - 1));
    return (number + unit - 1) / unit * unit;
  }
}
