package dev.twotower.trainer.tower;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.Arrays;

/** The rows of one table that a batch needs, each once, numbered from 0 in order of first use. */
final class TouchedRows {
  /** Tables of up to so many rows have a place for each; that is quicker than looking it up. */
  private static final int MOST_PLACES = 1 << 20;

  private final Long2IntOpenHashMap numbers = new Long2IntOpenHashMap();
  private int[] places = new int[0];
  private int count;
  private long[] rows = new long[0];
  private float[] sums = new float[0];
  private float[] squares = new float[0];

  public TouchedRows() {
    numbers.defaultReturnValue(-1);
  }

  void clear() {
    for (int number = 0; number < count; number++) {
      if (rows[number] < places.length) {
        places[(int) rows[number]] = 0;
      }
    }
    count = 0;
    numbers.clear();
  }

  /** The number of a table row in this batch. */
  int number(long row) {
    int next = count;
    int known = row < MOST_PLACES ? place((int) row) : numbers.putIfAbsent(row, next);
    if (known >= 0) {
      return known;
    }
    count++;
    if (next == rows.length) {
      rows = Arrays.copyOf(rows, Math.max(64, next * 2));
    }
    rows[next] = row;
    return next;
  }

  /** The row's number, or -1 where it now has the next one. */
  private int place(int row) {
    if (row >= places.length) {
      places = Arrays.copyOf(places, Math.min(MOST_PLACES, Math.max(row + 1, 2 * row)));
    }
    int known = places[row] - 1;
    if (known < 0) {
      places[row] = count + 1;
    }
    return known;
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
    return count;
  }

  /** The touched table rows in order of their numbers. */
  public long[] toArray() {
    return Arrays.copyOf(rows, count());
  }
}
