package dev.twotower.eval.ranking;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The catalogue cut by training rows: head, mid and tail carry a third each, cold has none. Those
 * with training rows are cut a second time where it is known which an earlier model knew, and of
 * those without, the ones whose vector an earlier model trained are a slice as well.
 */
final class ItemSlices {
  static final List<String> NAMES = List.of("items:head", "items:mid", "items:tail", "items:cold");
  static final int COLD = 3;

  /** Rankings of a part of the catalogue. */
  static final String AMONG_WARM = "among:warm";

  static final String AMONG_COLD = "among:cold";

  private final byte[] sliceOf;
  private final List<String> names = new ArrayList<>(NAMES);
  private final List<IntPredicate> more = new ArrayList<>();
  private final int[] sizes;

  ItemSlices(int[] rowsOfItem) {
    this(rowsOfItem, EarlierModel.NONE);
  }

  ItemSlices(int[] rowsOfItem, EarlierModel earlier) {
    earlier
        .newItems()
        .ifPresent(
            fresh -> {
              add("items:known", item -> !cold(item) && !fresh.get(item));
              add("items:new", item -> !cold(item) && fresh.get(item));
            });
    if (!earlier.items().isEmpty()) {
      add("items:earlier", item -> cold(item) && earlier.items().get(item));
    }
    sizes = new int[names.size()];
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
      before += rowsOfItem[item];
    }
    for (int slice = 0; slice < sizes.length; slice++) {
      int each = slice;
      sizes[slice] = (int) IntStream.range(0, items).filter(item -> in(each, item)).count();
    }
  }

  private void add(String name, IntPredicate included) {
    names.add(name);
    more.add(included);
  }

  /** The names of all slices: {@link #NAMES}, then those that tell an earlier model's items. */
  List<String> names() {
    return names;
  }

  /** The position in {@link #NAMES} of the item's slice. */
  int of(int item) {
    return sliceOf[item];
  }

  /** Whether an item belongs to the slice at a position of {@link #names}. */
  boolean in(int slice, int item) {
    return slice < NAMES.size()
        ? sliceOf[item] == slice
        : more.get(slice - NAMES.size()).test(item);
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
