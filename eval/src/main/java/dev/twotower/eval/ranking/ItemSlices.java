package dev.twotower.eval.ranking;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The catalogue cut by training rows: head, mid and tail carry a third each, cold has none. Those
 * with training rows are cut a second time where it is known which an earlier model knew.
 */
final class ItemSlices {
  static final List<String> NAMES = List.of("items:head", "items:mid", "items:tail", "items:cold");
  static final int COLD = 3;

  /** Rankings of a part of the catalogue. */
  static final String AMONG_WARM = "among:warm";

  static final String AMONG_COLD = "among:cold";

  private static final List<String> BY_AGE = List.of("items:known", "items:new");

  private final byte[] sliceOf;
  private final int[] sizes = new int[NAMES.size() + BY_AGE.size()];
  private final Optional<BitSet> fresh;

  ItemSlices(int[] rowsOfItem) {
    this(rowsOfItem, Optional.empty());
  }

  /**
   * @param fresh the items that an earlier model did not know; empty where there is none, or
   *     nothing is known of it
   */
  ItemSlices(int[] rowsOfItem, Optional<BitSet> fresh) {
    this.fresh = fresh;
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
      if (slice != COLD) {
        sizes[NAMES.size() + (fresh.isPresent() && fresh.get().get(item) ? 1 : 0)]++;
      }
      before += rowsOfItem[item];
    }
  }

  /** The names of all slices: {@link #NAMES}, then items by age where that is known. */
  List<String> names() {
    return fresh.isEmpty() ? NAMES : Stream.concat(NAMES.stream(), BY_AGE.stream()).toList();
  }

  /** The position in {@link #NAMES} of the item's slice. */
  int of(int item) {
    return sliceOf[item];
  }

  /** Whether an item belongs to the slice at a position of {@link #names}. */
  boolean in(int slice, int item) {
    return slice < NAMES.size()
        ? sliceOf[item] == slice
        : !cold(item) && fresh.orElseThrow().get(item) == (slice > NAMES.size());
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
