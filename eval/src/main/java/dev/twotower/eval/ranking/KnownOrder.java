package dev.twotower.eval.ranking;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Rankings known before any user is: a user's scores are a window of one pool of numbers, which is
 * put in order once. The first K of a user's ranking are found by walking down that order past what
 * is outside of the window, in {@code K pool/items} steps, and an item's place by counting.
 */
final class KnownOrder {
  private final int items;
  private final IntUnaryOperator window;

  /** Positions in the pool by falling number, ties by lower position. */
  private final int[] order;

  /** The place of each position in the order. */
  private final int[] placeOf;

  /**
   * @param pool at least {@code items} finite numbers
   * @param window from a user to where its scores begin in the pool
   */
  KnownOrder(float[] pool, int items, IntUnaryOperator window) {
    this.items = items;
    this.window = window;
    long[] keys = new long[pool.length];
    for (int position = 0; position < pool.length; position++) {
      // Numbers of at least 0 are ordered as their bits are.
      int bits = Float.floatToRawIntBits(pool[position]);
      keys[position] = ((long) ~bits << 32) | position;
    }
    Arrays.sort(keys);
    order = new int[pool.length];
    placeOf = new int[pool.length];
    for (int place = 0; place < order.length; place++) {
      order[place] = (int) keys[place];
      placeOf[order[place]] = place;
    }
  }

  int items() {
    return items;
  }

  /** Positions in the pool. */
  int size() {
    return order.length;
  }

  /** The position at a place of the order. */
  int position(int place) {
    return order[place];
  }

  /** Where the user's scores begin in the pool. */
  int window(int user) {
    return window.applyAsInt(user);
  }

  /** The place of the user's item in the order of the whole pool. */
  int place(int window, int item) {
    return placeOf[window + item];
  }

  /**
   * The user's first items.
   *
   * @param leftOut items that do not rank, ascending
   * @param into receives at most its length of them
   * @return how many there are
   */
  int first(int window, int[] leftOut, int[] into) {
    int size = 0;
    for (int place = 0; place < order.length && size < into.length; place++) {
      int item = order[place] - window;
      if (item >= 0 && item < items && Arrays.binarySearch(leftOut, item) < 0) {
        into[size++] = item;
      }
    }
    return size;
  }
}
