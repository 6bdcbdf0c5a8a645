package dev.twotower.trainer.tower;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.Arrays;

/** The rows of one table that a batch needs, each once, numbered from 0 in order of first use. */
final class TouchedRows {
  private final Long2IntOpenHashMap numbers = new Long2IntOpenHashMap();
  private long[] rows = new long[0];
  private float[] sums = new float[0];
  private float[] squares = new float[0];

  public TouchedRows() {
    numbers.defaultReturnValue(-1);
  }

  void clear() {
    numbers.clear();
  }

  /** The number of a table row in this batch. */
  int number(long row) {
    int next = numbers.size();
    int known = numbers.putIfAbsent(row, next);
    if (known >= 0) {
      return known;
    }
    if (next == rows.length) {
      rows = Arrays.copyOf(rows, Math.max(64, next * 2));
    }
    rows[next] = row;
    return next;
  }

  /** Adds to the weights behind a row, and to their squares. */
  void add(int number, float sum, float square) {
    sums[number] += sum;
    squares[number] += square;
  }

  /** Puts no weight behind the rows touched so far. */
  void clearCounts() {
    sums = new float[count()];
    squares = new float[count()];
  }

  /**
   * How many rows of the batch are behind each touched row, by its number: the square of the sum of
   * their weights over the sum of squares, 1 at least.
   */
  float[] counts() {
    float[] counts = new float[count()];
    for (int number = 0; number < counts.length; number++) {
      float square = squares[number];
      counts[number] = square == 0 ? 1 : Math.max(1, sums[number] * sums[number] / square);
    }
    return counts;
  }

  /** How many distinct rows the batch touches. */
  public int count() {
    return numbers.size();
  }

  /** The touched table rows in order of their numbers. */
  public long[] toArray() {
    return Arrays.copyOf(rows, count());
  }
}
