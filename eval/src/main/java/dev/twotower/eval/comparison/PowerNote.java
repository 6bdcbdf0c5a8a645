package dev.twotower.eval.comparison;

import dev.twotower.data.message.Amount;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.CrossedMean;
import dev.twotower.eval.stats.Interval;
import dev.twotower.eval.stats.PairedDifference;
import dev.twotower.eval.stats.Power;
import java.util.ArrayList;
import java.util.List;
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
 * @param rankable users that there are, where those are a sample; else at most as many
 * @param seeds total number of seeds that would suffice on these users; empty if no number within
 *     {@link #most} does
 * @param users number of users that would suffice with these seeds; empty likewise
 * @param both of both, where neither alone suffices; empty where that does not either, so that the
 *     log cannot decide the pair
 * @param left the differences that are not ruled out
 */
public record PowerNote(
    Standing standing,
    boolean modelsGiven,
    Equal equal,
    double margin,
    Size now,
    int rankable,
    OptionalInt seeds,
    OptionalInt users,
    Optional<PowerNote.Size> both,
    Left left) {
  /** Begins what is said of a pair that no sensible number of seeds and users would decide. */
  public static final String CANNOT = "this log cannot ";

  /** What is said of each pair under a single seed, as {@link Comparison#warnings} says of all. */
  public static final String ONE_SEED =
      "one seed cannot separate arms from run-to-run variation; give 3 or more";

  /**
   * Forecasts end at so many times the seeds there are. Further out, the variances are not known
   * well enough to forecast from them, nor would anybody train so often.
   */
  private static final int TIMES_SEEDS = 5;

  /** Nobody is told that twenty seeds are too many, however few there are. */
  private static final int SEEDS_AT_HAND = 20;

  /** Likewise of users: a longer log, or more of it held out, may have ten times as many. */
  private static final int TIMES_USERS = 10;

  private static final int MOST_USERS = 1_000_000_000;

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

  /**
   * The interval that agrees with the verdict.
   *
   * @param relative whether in shares of b's mean, or else in the metric
   */
  public record Left(double low, double high, boolean relative) {
    static Left of(Interval interval, double base) {
      boolean relative = base != 0;
      Interval shown = relative ? interval.relativeTo(base) : interval.within(-1, 1);
      return new Left(shown.low(), shown.high(), relative);
    }

    /** What the interval rules out, in words. */
    String ruledOut() {
      // Nothing loses more than all there is; in the metric itself, nothing gains more either.
      List<String> parts = new ArrayList<>();
      if (low > -1) {
        parts.add("a loss of more than " + amount(Math.max(0, -low)));
      }
      if (relative || high < 1) {
        parts.add("a gain of more than " + amount(Math.max(0, high)));
      }
      return parts.isEmpty() ? "nothing" : String.join(" and ", parts);
    }

    private String amount(double value) {
      return relative ? Numbers.percent(value) : Numbers.metric(value);
    }
  }

  /** The most seeds and users that a forecast goes up to. */
  static Size most(Size now, int rankable) {
    long users = Math.max(rankable, (long) TIMES_USERS * now.users());
    return new Size(
        Math.max(SEEDS_AT_HAND, TIMES_SEEDS * now.seeds()), (int) Math.min(MOST_USERS, users));
  }

  static PowerNote of(
      PairedDifference pair,
      ComparisonSettings settings,
      int family,
      Standing standing,
      boolean modelsGiven,
      Interval corrected) {
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
      Size most = most(now, settings.rankable());
      users = least(now.users() + 1, most.users(), number -> enough.of(now.seeds(), number));
      if (!modelsGiven) {
        seeds = least(now.seeds() + 1, most.seeds(), number -> enough.of(number, now.users()));
        both = seeds.isPresent() || users.isPresent() ? both : both(now, most, enough);
      }
    }
    return new PowerNote(
        standing,
        modelsGiven,
        equal,
        settings.margin(),
        now,
        settings.rankable(),
        seeds,
        users,
        both,
        Left.of(corrected, pair.meanB()));
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
  private static Optional<Size> both(Size now, Size most, Enough enough) {
    for (int seeds = 2 * now.seeds(); seeds <= most.seeds(); seeds *= 2) {
      int tried = seeds;
      OptionalInt users = least(now.users() + 1, most.users(), number -> enough.of(tried, number));
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
        ? "a loss of %s or more is ruled out by a one-sided test (the interval is two-sided, so it may hold one); %s"
            .formatted(Numbers.percent(margin), needed("tell whether it gains"))
        : needed("decide it");
  }

  private String needed(String aim) {
    if (now.seeds() == 1 && !modelsGiven) {
      return ONE_SEED;
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
    if (users.isPresent() && users.getAsInt() <= rankable) {
      return "%s would %s; there are %s to rank, and ranking them trains nothing (--users 0: all)"
          .formatted(people(users.getAsInt()), aim, Numbers.whole(rankable));
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
    return cannot(aim);
  }

  /** Where what it would take is beyond {@link #most}: what is known. */
  private String cannot(String aim) {
    Size most = most(now, rankable);
    return "%s%s, as small as the difference is beside how much %s vary: %s about %s users (%s now) would not suffice; the interval rules out %s"
        .formatted(
            CANNOT,
            aim,
            modelsGiven ? "users" : "seeds and users",
            modelsGiven ? "even" : "even %d seeds (%d now) on".formatted(most.seeds(), now.seeds()),
            Numbers.whole(rounded(most.users())),
            Numbers.whole(now.users()),
            left.ruledOut());
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
