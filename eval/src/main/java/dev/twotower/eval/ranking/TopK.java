package dev.twotower.eval.ranking;

import java.util.Arrays;

/**
 * The K best entries of a score row, kept sorted by falling score, ties by lower index.
 *
 * <p>Entries are offered by rising index, so an entry that only equals the worst kept one loses the
 * tie, and the comparison with the threshold alone decides: one predictable branch per item. A row
 * of n random scores enters the list about K ln(n/K) times, too rarely for a heap to pay.
 */
final class TopK {
  private final int capacity;
  private final int[] items;
  private final float[] scores;
  private int size;

  TopK(int capacity) {
    this.capacity = capacity;
    this.items = new int[capacity];
    this.scores = new float[capacity];
  }

  /**
   * Replaces the content by the best of the row's first {@code length} entries; negative infinity
   * never enters.
   *
   * @return the index of a NaN in the row, or -1
   */
  int scan(float[] row, int length) {
    size = 0;
    float threshold = Float.NEGATIVE_INFINITY;
    for (int item = 0; item < length; item++) {
      float score = row[item];
      // Negated, so that NaN takes the rare branch too and is found at no cost to the others.
      if (!(score <= threshold)) {
        if (Float.isNaN(score)) {
          return item;
        }
        insert(item, score);
        if (size == capacity) {
          threshold = scores[capacity - 1];
        }
      }
    }
    return -1;
  }

  private void insert(int item, float score) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (scores[middle] >= score) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int moved = Math.min(size, capacity - 1) - low;
    System.arraycopy(scores, low, scores, low + 1, moved);
    System.arraycopy(items, low, items, low + 1, moved);
    scores[low] = score;
    items[low] = item;
    size = Math.min(size + 1, capacity);
  }

  int size() {
    return size;
  }

  /** The item at a place, from 0. */
  int item(int place) {
    return items[place];
  }

  /** The ranked items, best first. */
  int[] items() {
    return Arrays.copyOf(items, size);
  }
}
