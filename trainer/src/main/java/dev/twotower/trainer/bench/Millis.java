package dev.twotower.trainer.bench;

import java.util.Arrays;

/** Times of repeated runs, in milliseconds. */
public record Millis(double min, double median, double max) {
  static Millis of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2.0;
    return new Millis(sorted[0] / 1e6, median / 1e6, sorted[sorted.length - 1] / 1e6);
  }
}
