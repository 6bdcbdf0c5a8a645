package dev.twotower.data.sampling;

import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Interactions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is copied of a row, in words of four bytes: user, item, request; weight where the log has
 * weights; time (two words) and context columns (two words each) where they are asked for.
 */
final class CopiedRow {
  private static final int USER = 0;
  private static final int ITEM = 1;
  private static final int REQUEST = 2;

  private final Interactions log;
  private final int weight;
  private final int time;
  private final int words;
  private final List<ContextColumn> contexts = new ArrayList<>();
  private final Map<String, Integer> places = new LinkedHashMap<>();

  /**
   * @param columns context columns to copy, and {@code time}; what the log lacks is left out
   */
  CopiedRow(Interactions log, boolean weighted, Set<String> columns) {
    this.log = log;
    int next = REQUEST + 1;
    this.weight = weighted ? next++ : -1;
    this.time = columns.contains("time") ? next : -1;
    next += time < 0 ? 0 : 2;
    for (String name : log.contextColumns()) {
      if (columns.contains(name)) {
        contexts.add(log.context(name));
        places.put(name, next);
        next += 2;
      }
    }
    this.words = next;
  }

  int words() {
    return words;
  }

  void write(long row, ByteBuffer into) {
    into.putInt(log.user(row)).putInt(log.item(row)).putInt(log.request(row));
    if (weight >= 0) {
      into.putFloat(log.weight(row));
    }
    if (time >= 0) {
      into.putLong(log.time(row));
    }
    for (ContextColumn context : contexts) {
      into.putLong(Double.doubleToRawLongBits(context.value(row)));
    }
  }

  static int user(int[] block, int at) {
    return block[at + USER];
  }

  static int item(int[] block, int at) {
    return block[at + ITEM];
  }

  static int request(int[] block, int at) {
    return block[at + REQUEST];
  }

  float weight(int[] block, int at) {
    return weight < 0 ? 1 : Float.intBitsToFloat(block[at + weight]);
  }

  long time(int[] block, int at) {
    if (time < 0) {
      throw new IllegalStateException("the time of rows was not copied");
    }
    return wide(block, at + time);
  }

  /** Where a context column lies in a row. */
  int context(String name) {
    Integer place = places.get(name);
    if (place == null) {
      throw new IllegalStateException("context column '" + name + "' was not copied");
    }
    return place;
  }

  static double number(int[] block, int at) {
    return Double.longBitsToDouble(wide(block, at));
  }

  /** Two words as a long, as a buffer of this machine's byte order has them. */
  private static long wide(int[] block, int at) {
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    long low = block[little ? at : at + 1] & 0xffffffffL;
    long high = block[little ? at + 1 : at];
    return high << 32 | low;
  }
}
