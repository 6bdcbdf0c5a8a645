package dev.twotower.masking;

import java.util.Arrays;

/**
 * Small integer buffers grouped by key (compressed sparse rows), filled by counting sort and
 * reused.
 */
final class Rows {
  private int[] start = new int[1];
  private int[] values = new int[0];

  /** Groups rows 0..size-1 by {@code keyOf[row]} in 0..keys-1, keeping row order within a key. */
  void group(int[] keyOf, int size, int keys) {
    start = Buffers.atLeast(start, keys + 2);
    values = Buffers.atLeast(values, size);
    Arrays.fill(start, 0, keys + 2, 0);
    for (int row = 0; row < size; row++) {
      start[keyOf[row] + 2]++;
    }
    for (int key = 0; key < keys; key++) {
      start[key + 2] += start[key + 1];
    }
    for (int row = 0; row < size; row++) {
      values[start[keyOf[row] + 1]++] = row;
    }
  }

  int start(int key) {
    return start[key];
  }

  int end(int key) {
    return start[key + 1];
  }

  int value(int position) {
    return values[position];
  }
}
