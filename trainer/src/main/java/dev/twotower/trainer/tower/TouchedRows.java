package dev.twotower.trainer.tower;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.Arrays;

/** The rows of one table that a batch needs, each once, numbered from 0 in order of first use. */
final class TouchedRows {
  private final Long2IntOpenHashMap numbers = new Long2IntOpenHashMap();
  private long[] rows = new long[0];

  public TouchedRows() {
    numbers.defaultReturnValue(-1);
  }

  void clear() {
    numbers.clear();
  }

  /** The number of a table row in this batch. */
  int number(long row) {
    int next = numbers.size();
    int known = numbers.putIfAbsent(row, next);
    if (known >= 0) {
      return known;
    }
    if (next == rows.length) {
      rows = Arrays.copyOf(rows, Math.max(64, next * 2));
    }
    rows[next] = row;
    return next;
  }

  /** How many distinct rows the batch touches. */
  public int count() {
    return numbers.size();
  }

  /** The touched table rows in order of their numbers. */
  public long[] toArray() {
    return Arrays.copyOf(rows, count());
  }
}
