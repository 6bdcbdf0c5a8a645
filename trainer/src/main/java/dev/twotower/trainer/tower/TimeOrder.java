package dev.twotower.trainer.tower;

import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Interactions;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The rows of each user of a split by time. Storage is sorted by user, request and time, so it is
 * in this order already where a user's requests follow each other. Where they interleave, the order
 * is worked out when the user is first asked for, and kept: 4 bytes per row of such users.
 */
final class TimeOrder {
  private final Interactions rows;
  private final ContextColumn kinds;
  private final BitSet looked = new BitSet();
  private final Int2ObjectOpenHashMap<int[]> orders = new Int2ObjectOpenHashMap<>();
  private int user = -1;
  private long start;
  private int[] order;

  TimeOrder(Interactions rows) {
    this.rows = rows;
    this.kinds = HistoryKinds.column(rows).orElse(null);
  }

  /** How many rows of the user lie strictly before a moment. */
  long before(int asked, long time) {
    load(asked);
    long low = 0;
    long high = rows.userEnd(asked) - start;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (rows.time(row(middle)) < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The time of the user's row at a place, from 0 for the earliest. */
  long time(int asked, long place) {
    load(asked);
    return rows.time(row(place));
  }

  /** The item of the user's row at a place. */
  int item(int asked, long place) {
    load(asked);
    return rows.item(row(place));
  }

  /** The log's code for the kind of feedback of the user's row at a place; 0 where it has none. */
  int kind(int asked, long place) {
    load(asked);
    return kinds == null ? 0 : (int) kinds.value(row(place));
  }

  private long row(long place) {
    return start + (order == null ? place : order[(int) place]);
  }

  private void load(int asked) {
    if (asked == user) {
      return;
    }
    user = asked;
    start = rows.userStart(asked);
    if (!looked.get(asked)) {
      looked.set(asked);
      look(asked);
    }
    order = orders.get(asked);
  }

  private void look(int asked) {
    long end = rows.userEnd(asked);
    for (long row = start + 1; row < end; row++) {
      if (rows.time(row) < rows.time(row - 1)) {
        int[] sorted = new int[Math.toIntExact(end - start)];
        Arrays.setAll(sorted, place -> place);
        // Stable, so that rows of equal time keep their storage order.
        IntArrays.mergeSort(
            sorted, (a, b) -> Long.compare(rows.time(start + a), rows.time(start + b)));
        orders.put(asked, sorted);
        return;
      }
    }
  }
}
