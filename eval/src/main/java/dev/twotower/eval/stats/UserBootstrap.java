package dev.twotower.eval.stats;

import dev.twotower.data.random.Streams;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Percentile bootstrap over users (Efron and Tibshirani 1993): all metrics share each resample, so
 * their intervals refer to the same populations of users. Deterministic for a given seed, with any
 * number of threads.
 */
public final class UserBootstrap {
  private UserBootstrap() {}

  /**
   * Intervals of means over users.
   *
   * @param values metrics x users; NaN where a metric says nothing about the user, who is then left
   *     out of that mean
   * @param replicates number of resamples, at least 1
   * @param confidence for example 0.95
   * @param seed of the resamples
   * @return one interval a metric; NaN ends where no user has a value
   */
  public static Interval[] intervals(
      double[][] values, int replicates, double confidence, long seed) {
    if (values.length == 0) {
      return new Interval[0];
    }
    double[][] means = means(values, replicates, seed);
    Interval[] intervals = new Interval[values.length];
    for (int metric = 0; metric < values.length; metric++) {
      intervals[metric] = interval(means[metric], confidence);
    }
    return intervals;
  }

  /**
   * Means over resampled users, the same resamples for every row, so that what is computed of
   * several rows of one replicate belongs together.
   *
   * @return rows x replicates
   */
  static double[][] means(double[][] values, int replicates, long seed) {
    int users = values[0].length;
    ResampledMeans resampled = new ResampledMeans(values);
    double[][] means = new double[values.length][replicates];
    IntStream.range(0, replicates)
        .parallel()
        .forEach(
            replicate -> {
              double[] drawn =
                  resampled.of(times(users, Streams.stream(seed, "eval.bootstrap", replicate)));
              for (int row = 0; row < drawn.length; row++) {
                means[row][replicate] = drawn[row];
              }
            });
    return means;
  }

  /** The percentiles of what each replicate gave. */
  static Interval interval(double[] replicates, double confidence) {
    double[] sorted = replicates.clone();
    Arrays.sort(sorted);
    return new Interval(
        quantile(sorted, (1 - confidence) / 2), quantile(sorted, (1 + confidence) / 2));
  }

  /** How often each user is drawn. */
  private static int[] times(int users, UniformRandomProvider random) {
    int[] times = new int[users];
    for (int draw = 0; draw < users; draw++) {
      times[random.nextInt(users)]++;
    }
    return times;
  }

  /** Linear interpolation between order statistics; NaN, sorted last, is left out. */
  private static double quantile(double[] sorted, double share) {
    int size = sorted.length;
    while (size > 0 && Double.isNaN(sorted[size - 1])) {
      size--;
    }
    if (size == 0) {
      return Double.NaN;
    }
    double place = share * (size - 1);
    int below = (int) place;
    int above = Math.min(below + 1, size - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
