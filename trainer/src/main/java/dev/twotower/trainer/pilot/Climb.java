package dev.twotower.trainer.pilot;

import dev.twotower.eval.stats.CrossedMean;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Goes from a value towards better ones, step by step (package description). */
final class Climb {
  /** That a difference must be, to count. */
  private static final double STANDARD_ERRORS = 2;

  private final double factor;
  private final double least;
  private final double most;
  private final Trial trial;
  private final List<Tried> tried = new ArrayList<>();
  private Tried best;

  /** Finds out how good a value is. */
  interface Trial {
    /**
     * A metric of each user, higher is better; NaN where it says nothing of a user. The same users
     * for every value, or none where it cannot be had; empty when stopped.
     */
    Optional<double[]> at(double value) throws IOException, InterruptedException;
  }

  /**
   * A value that was tried.
   *
   * @param mean of the metric over the users
   */
  record Tried(double value, double[] users, double mean) {}

  /**
   * A climb from {@code least} to {@code most} at the outside.
   *
   * @param factor between neighbours, above 1
   */
  Climb(double factor, double least, double most, Trial trial) {
    this.factor = factor;
    this.least = least;
    this.most = most;
    this.trial = trial;
  }

  /** Climbs from a value; empty when stopped. */
  Optional<Tried> from(double start) throws IOException, InterruptedException {
    if (!tryOut(start)) {
      return Optional.empty();
    }
    best = tried.get(0);
    if (best.users().length == 0) {
      return Optional.of(best);
    }
    for (int direction : new int[] {-1, 1}) {
      for (int steps = direction; within(at(start, steps)); steps += direction) {
        if (!tryOut(at(start, steps))) {
          return Optional.empty();
        }
        Tried last = tried.get(tried.size() - 1);
        if (!better(last.users(), best.users())) {
          break;
        }
        best = last;
      }
      if (best.value() != start) {
        break;
      }
    }
    return Optional.of(best);
  }

  private double at(double start, int steps) {
    return start * Math.pow(factor, steps);
  }

  /** Both bounds are within, whatever rounding says of them. */
  private boolean within(double value) {
    return value >= least * (1 - 1e-9) && value <= most * (1 + 1e-9);
  }

  private boolean tryOut(double value) throws IOException, InterruptedException {
    Optional<double[]> users = trial.at(value);
    users.ifPresent(each -> tried.add(new Tried(value, each, mean(each))));
    return users.isPresent();
  }

  /** All that was tried, in its order. */
  List<Tried> tried() {
    return List.copyOf(tried);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).filter(value -> !Double.isNaN(value)).average().orElse(0);
  }

  /** Whether the mean difference over users is above twice its standard error. */
  static boolean better(double[] a, double[] b) {
    double[] differences =
        IntStream.range(0, a.length)
            .mapToDouble(user -> a[user] - b[user])
            .filter(difference -> !Double.isNaN(difference))
            .toArray();
    if (differences.length < 2) {
      return false;
    }
    CrossedMean mean = CrossedMean.of(new double[][] {differences});
    return mean.estimate() > STANDARD_ERRORS * mean.standardError();
  }
}
