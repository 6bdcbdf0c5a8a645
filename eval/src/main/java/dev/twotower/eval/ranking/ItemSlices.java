package dev.twotower.eval.ranking;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.List;
import java.util.stream.IntStream;

/** The catalogue cut by training rows: head, mid and tail carry a third each, cold has none. */
final class ItemSlices {
  static final List<String> NAMES = List.of("items:head", "items:mid", "items:tail", "items:cold");
  static final int COLD = 3;

  /** Rankings of a part of the catalogue. */
  static final String AMONG_WARM = "among:warm";

  static final String AMONG_COLD = "among:cold";

  private final byte[] sliceOf;
  private final int[] sizes = new int[NAMES.size()];

  ItemSlices(int[] rowsOfItem) {
    int items = rowsOfItem.length;
    int[] order = new int[items];
    long total = 0;
    for (int item = 0; item < items; item++) {
      order[item] = item;
      total += rowsOfItem[item];
    }
    IntArrays.mergeSort(
        order, (left, right) -> Integer.compare(rowsOfItem[right], rowsOfItem[left]));
    sliceOf = new byte[items];
    long before = 0;
    for (int item : order) {
      // The third that the item's first row falls into.
      int slice = rowsOfItem[item] == 0 ? COLD : (int) (3 * before / total);
      sliceOf[item] = (byte) slice;
      sizes[slice]++;
      before += rowsOfItem[item];
    }
  }

  /** The position in {@link #NAMES} of the item's slice. */
  int of(int item) {
    return sliceOf[item];
  }

  boolean cold(int item) {
    return sliceOf[item] == COLD;
  }

  /** The items without training rows, or those with, ascending. */
  int[] items(boolean cold) {
    return IntStream.range(0, sliceOf.length).filter(item -> cold(item) == cold).toArray();
  }

  int size(int slice) {
    return sizes[slice];
  }
}
