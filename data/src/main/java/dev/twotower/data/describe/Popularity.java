package dev.twotower.data.describe;

import java.util.Arrays;

/**
 * How unevenly rows fall on items, over the whole catalogue.
 *
 * @param gini 0 where all items have equally many rows, towards 1 where one has all
 * @param topPercentShare share of the rows that fall on the most popular 1 % of items (at least
 *     one)
 * @param itemsWithoutRows items that never occur in the training split
 */
public record Popularity(double gini, double topPercentShare, int itemsWithoutRows) {

  static Popularity of(long[] rowsOfItem) {
    long[] sorted = rowsOfItem.clone();
    Arrays.sort(sorted);
    int items = sorted.length;
    int top = Math.max(1, items / 100);
    double total = 0;
    double ranked = 0;
    double head = 0;
    int without = 0;
    for (int i = 0; i < items; i++) {
      total += sorted[i];
      ranked += (i + 1.0) * sorted[i];
      head += i >= items - top ? sorted[i] : 0;
      without += sorted[i] == 0 ? 1 : 0;
    }
    if (total == 0) {
      return new Popularity(0, 0, without);
    }
    double gini = 2 * ranked / (items * total) - (items + 1.0) / items;
    return new Popularity(gini, head / total, without);
  }
}
