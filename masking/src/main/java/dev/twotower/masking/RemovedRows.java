package dev.twotower.masking;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;
import java.util.List;

/**
 * The candidates that {@code user} and {@code context} masks remove for an anchor, found through
 * sorted groups instead of by comparing every pair. The anchor's own row is among them unless all
 * that speaks is context masks whose values the anchor lacks. {@code identity} and {@code engaged}
 * work on items and are handled by the plans.
 */
final class RemovedRows {
  private final MaskSet masks;
  private final int[][] orders;
  private final int[] firstOf;
  private final int[] endOf;
  private int[] stamp = new int[0];
  private int current;
  private int[] rows = new int[0];
  private int count;
  private boolean ownRow;
  private BatchIndex index;

  RemovedRows(MaskSet masks) {
    this.masks = masks;
    this.orders = new int[masks.contexts().size()][0];
    this.firstOf = new int[masks.contexts().size()];
    this.endOf = new int[masks.contexts().size()];
  }

  void index(BatchIndex index) {
    this.index = index;
    int candidates = index.candidates();
    if (stamp.length < candidates) {
      stamp = new int[candidates];
      current = 0;
    }
    for (int c = 0; c < orders.length; c++) {
      orders[c] = sortedByContext(c);
    }
  }

  private int[] sortedByContext(int context) {
    BatchIds batch = index.batch();
    int[] order = new int[index.candidates()];
    int count = 0;
    for (int candidate = 0; candidate < order.length; candidate++) {
      if (!batch.anonymous(candidate) && !Double.isNaN(batch.context(context, candidate))) {
        order[count++] = candidate;
      }
    }
    order = count == order.length ? order : Arrays.copyOf(order, count);
    IntArrays.quickSort(
        order,
        0,
        count,
        (a, b) -> Double.compare(batch.context(context, a), batch.context(context, b)));
    return order;
  }

  /**
   * Collects the candidates removed for an anchor row; read them with {@link #count()} and {@link
   * #row(int)}.
   */
  void collect(int anchor) {
    count = 0;
    ownRow = masks.user();
    boolean single = (masks.user() ? 1 : 0) + masks.contexts().size() == 1;
    if (++current == 0) {
      Arrays.fill(stamp, 0);
      current = 1;
    }
    if (masks.user()) {
      Rows grouped = index.candidatesOfUser();
      int user = index.rowUser(anchor);
      for (int at = grouped.start(user); at < grouped.end(user); at++) {
        add(grouped.value(at), single);
      }
    }
    List<Mask.Context> contexts = masks.contexts();
    for (int c = 0; c < contexts.size(); c++) {
      if (Double.isNaN(index.batch().context(c, anchor))) {
        continue;
      }
      ownRow = true;
      range(c, contexts.get(c), anchor);
      for (int at = firstOf[c]; at < endOf[c]; at++) {
        add(orders[c][at], single);
      }
    }
  }

  private void add(int row, boolean single) {
    if (!single) {
      if (stamp[row] == current) {
        return;
      }
      stamp[row] = current;
    }
    rows = Buffers.grown(rows, count + 1);
    rows[count++] = row;
  }

  /**
   * The rows whose context agrees with the anchor's are neighbours in sorted order: widen from a
   * binary search.
   */
  private void range(int c, Mask.Context mask, int anchor) {
    BatchIds batch = index.batch();
    double value = batch.context(c, anchor);
    int[] order = orders[c];
    int low = 0;
    int high = order.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      double other = batch.context(c, order[middle]);
      if (Double.compare(other, value) < 0 && !mask.agree(value, other)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int end = low;
    while (end < order.length && mask.agree(value, batch.context(c, order[end]))) {
      end++;
    }
    firstOf[c] = low;
    endOf[c] = end;
  }

  int count() {
    return count;
  }

  int row(int position) {
    return rows[position];
  }

  /** Whether the anchor's own row is among those collected last. */
  boolean removesOwnRow() {
    return ownRow;
  }
}
