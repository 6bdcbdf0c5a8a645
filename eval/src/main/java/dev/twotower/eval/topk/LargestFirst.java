package dev.twotower.eval.topk;

import java.util.Arrays;

/** Selection of the largest of distinct numbers. */
final class LargestFirst {
  private static final int SAMPLE = 16;

  private LargestFirst() {}

  /**
   * Moves the {@code k} largest of the first {@code size} numbers to the front, the least of them
   * to position {@code k - 1}.
   */
  static void select(long[] values, int size, int k) {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      long pivot = median(values[low], values[(low + high) >>> 1], values[high]);
      int left = low;
      int right = high;
      while (left <= right) {
        while (values[left] > pivot) {
          left++;
        }
        while (values[right] < pivot) {
          right--;
        }
        if (left <= right) {
          long swapped = values[left];
          values[left++] = values[right];
          values[right--] = swapped;
        }
      }
      // Everything up to right is at least the pivot, everything from left on at most.
      if (k - 1 <= right) {
        high = right;
      } else if (k - 1 >= left) {
        low = left;
      } else {
        return;
      }
    }
  }

  /**
   * Keeps the {@code k} largest of more than {@code k} numbers, and as few others as one look at
   * them finds: those from a bound on, which a sample of them suggests.
   *
   * @return how many are kept; the bound lies behind them
   */
  static int thin(long[] values, int size, int k) {
    long[] sample = new long[SAMPLE];
    for (int i = 0; i < SAMPLE; i++) {
      sample[i] = values[(int) ((long) i * size / SAMPLE)];
    }
    Arrays.sort(sample);
    for (int above = (int) ((long) SAMPLE * k / size) + 2; above < SAMPLE; above += 2) {
      long bound = sample[SAMPLE - 1 - above];
      int count = 0;
      for (int i = 0; i < size; i++) {
        count += values[i] >= bound ? 1 : 0;
      }
      if (count >= k) {
        if (count > (size + k) / 2) {
          break;
        }
        int kept = 0;
        for (int i = 0; i < size; i++) {
          long value = values[i];
          values[kept] = value;
          kept += value >= bound ? 1 : 0;
        }
        values[kept] = bound;
        return kept;
      }
    }
    select(values, size, k);
    values[k] = values[k - 1];
    return k;
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  static void reverse(long[] values, int size) {
    for (int i = 0, j = size - 1; i < j; i++, j--) {
      long swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
