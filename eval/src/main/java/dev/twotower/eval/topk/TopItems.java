package dev.twotower.eval.topk;

import java.util.Arrays;

/**
 * The K best of the items offered, by falling score, ties by lower item; selection as the package
 * description says. Zeros of both signs are equal, and read back as 0.
 */
public final class TopItems {
  private final int k;
  private final Spread spread;
  private final long[] kept;
  private int size;

  /** Nothing at or below it can enter. */
  private float threshold = Float.NEGATIVE_INFINITY;

  /**
   * @param k items to keep, from 1
   * @param items size of the catalogue
   */
  public TopItems(int k, int items) {
    this(k, items, null);
  }

  /**
   * @param limit at most so many items of a group; null for none
   */
  public TopItems(int k, int items, GroupLimit limit) {
    if (k < 1) {
      throw new IllegalArgumentException("received k = " + k + "; allowed: 1 and up");
    }
    this.k = k;
    this.kept = new long[capacity(k, items)];
    this.spread = limit == null ? null : new Spread(limit);
  }

  /** Entries held at once. */
  static int capacity(int k, int items) {
    return (int) Math.min(2L * k + 64, items);
  }

  /** Forgets everything. */
  public void clear() {
    size = 0;
    threshold = Float.NEGATIVE_INFINITY;
    if (spread != null) {
      spread.clear();
    }
  }

  /**
   * Offers items {@code first} to {@code first + count - 1}, all of them above those offered since
   * the list was clear. Negative infinity never enters.
   *
   * @return the position of a NaN, which ends the offer; -1 where there is none
   */
  public int offer(float[] scores, int first, int count) {
    float least = threshold;
    for (int i = 0; i < count; i++) {
      float score = scores[i];
      // Negated, so that NaN takes the rare branch too and is found at no cost to the others.
      if (!(score <= least)) {
        if (Float.isNaN(score)) {
          return i;
        }
        least = enter(score, first + i);
      }
    }
    return -1;
  }

  /** The same for single items, ascending. */
  public int offer(float score, int item) {
    if (!(score <= threshold)) {
      if (Float.isNaN(score)) {
        return 0;
      }
      enter(score, item);
    }
    return -1;
  }

  private float enter(float score, int item) {
    if (spread == null || spread.admits(score, item)) {
      push(key(score, item));
    }
    return threshold;
  }

  /** Adds all items of another list, which shares none with this one. */
  public void addAll(TopItems other) {
    for (int i = 0; i < other.size; i++) {
      push(other.kept[i]);
    }
  }

  private void push(long key) {
    if (size == kept.length) {
      cut();
    }
    kept[size++] = key;
  }

  private void cut() {
    if (spread != null) {
      Arrays.sort(kept, 0, size);
      size = spread.cut(kept, size, k);
      if (size == k) {
        threshold = score(kept[k - 1]);
      }
    } else {
      size = LargestFirst.thin(kept, size, k);
      threshold = score(kept[size]);
    }
  }

  /** Puts the list in order; nothing is offered afterwards until it is clear. */
  public void finish() {
    if (spread != null) {
      cut();
    } else if (size > k) {
      LargestFirst.select(kept, size, k);
      size = k;
    }
    Arrays.sort(kept, 0, size);
    LargestFirst.reverse(kept, size);
  }

  /** Items of the finished list. */
  public int size() {
    return size;
  }

  /** The item in a place, from 0. */
  public int item(int place) {
    return item(kept[place]);
  }

  /** The score in a place, from 0. */
  public float score(int place) {
    return score(kept[place]);
  }

  /** Copies the items, best first. */
  public int items(int[] into) {
    for (int place = 0; place < size; place++) {
      into[place] = item(kept[place]);
    }
    return size;
  }

  /** Larger for a better entry: by score, then by lower item. */
  private static long key(float score, int item) {
    int bits = Float.floatToRawIntBits(score + 0.0f);
    int ordered = bits ^ ((bits >> 31) >>> 1);
    return ((long) ordered << 32) | (Integer.MAX_VALUE - item);
  }

  static int item(long key) {
    return Integer.MAX_VALUE - (int) key;
  }

  static float score(long key) {
    int ordered = (int) (key >> 32);
    return Float.intBitsToFloat(ordered ^ ((ordered >> 31) >>> 1));
  }
}
