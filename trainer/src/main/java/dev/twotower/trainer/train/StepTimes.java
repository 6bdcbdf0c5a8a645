package dev.twotower.trainer.train;

import java.util.Arrays;

/**
 * Times of steps, for their median: a mean would include the slow first ones. Memory does not grow
 * with the run: times are counted in bins half a percent wide.
 */
final class StepTimes {
  private static final double WIDTH = Math.log(1.005);

  /** From a microsecond to more than a day. */
  private static final int CLASSES = (int) (Math.log(1e8 * 1e3) / WIDTH) + 1;

  private final long[] steps = new long[CLASSES];

  void add(long nanos) {
    int at = (int) (Math.log(Math.max(1, nanos / 1e3)) / WIDTH);
    steps[Math.min(at, CLASSES - 1)]++;
  }

  /** How many there are. */
  long count() {
    return Arrays.stream(steps).sum();
  }

  /** The median in milliseconds, to a quarter of a percent; 0 without a step. */
  double median() {
    long left = (count() + 1) / 2;
    for (int at = 0; at < CLASSES; at++) {
      left -= steps[at];
      if (left <= 0 && steps[at] > 0) {
        return Math.exp((at + 0.5) * WIDTH) / 1e3;
      }
    }
    return 0;
  }
}
