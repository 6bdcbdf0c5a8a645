package dev.twotower.eval.comparison;

import dev.twotower.eval.stats.CrossedMean;
import dev.twotower.eval.stats.Interval;
import dev.twotower.eval.stats.PairedDifference;
import java.util.Optional;
import java.util.function.DoubleFunction;

/**
 * Few seeds that agree by luck. The variance of seeds rests on few of them, and where their means
 * happen to lie closer together than the noise within each would suggest, the interval over seeds
 * and users is narrower than that over users alone. Over many reports the level holds even so
 * (package {@code eval.stats}), but a reader of this one should know.
 */
final class AgreeingSeeds {
  /** Widths differ by less because one interval is resampled and the other is not. */
  private static final double CLEARLY = 0.9;

  /** Of more, how much they vary is known well enough. */
  private static final int FEW = 4;

  private AgreeingSeeds() {}

  /** A sentence about a pair of which something is shown; empty where its seeds vary enough. */
  static Optional<String> note(PairedDifference pair, Standing standing) {
    CrossedMean mean = pair.difference();
    Interval users = pair.usersOnly();
    boolean narrower = width(pair.interval()) < CLEARLY * width(users);
    boolean few = mean.seeds() > 1 && mean.seeds() <= FEW;
    if (standing == Standing.OPEN || !few || !narrower) {
      return Optional.empty();
    }
    return Optional.of(
        "its %d seeds agree more closely than the noise within each would suggest: the 95 %% interval, %s, is narrower than that over users alone, %s; more seeds would show whether this is luck"
            .formatted(mean.seeds(), ends(pair.interval(), pair), ends(users, pair)));
  }

  private static double width(Interval interval) {
    return interval.high() - interval.low();
  }

  private static String ends(Interval interval, PairedDifference pair) {
    return pair.meanB() == 0
        ? ends(interval.within(-1, 1), Numbers::signedMetric)
        : ends(interval.within(-1, 1).relativeTo(pair.meanB()), Numbers::signedPercent);
  }

  private static String ends(Interval interval, DoubleFunction<String> number) {
    return number.apply(interval.low()) + " to " + number.apply(interval.high());
  }
}
