package dev.twotower.trainer.train;

import java.util.Arrays;

/** Times of steps, for their median: a mean would hold the slow first ones. */
final class StepTimes {
  private float[] millis = new float[1024];
  private int steps;

  void add(long nanos) {
    if (steps == millis.length) {
      millis = Arrays.copyOf(millis, 2 * steps);
    }
    millis[steps++] = nanos / 1e6f;
  }

  /** The median in milliseconds; 0 without a step. */
  double median() {
    if (steps == 0) {
      return 0;
    }
    float[] sorted = Arrays.copyOf(millis, steps);
    Arrays.sort(sorted);
    return (sorted[(steps - 1) / 2] + (double) sorted[steps / 2]) / 2;
  }
}
