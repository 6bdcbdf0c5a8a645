package dev.twotower.data.imports;

import dev.twotower.data.message.Amount;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.Optional;

/**
 * Counts rows that repeat another in everything that is stored of them, while they pass in order of
 * request and time. Only the rows of one moment of a request are remembered.
 */
public final class RepeatedRows {
  private static final long ODD = 0x9E3779B97F4A7C15L;

  private final LongOpenHashSet seen = new LongOpenHashSet();
  private int request = -1;
  private long time;
  private long first;
  private boolean single;
  private long rows;
  private long repeats;

  /** Takes the next row. */
  public void row(int ofRequest, int item, long at, float weight, double[] context) {
    rows++;
    long row = mixed(mixed(item) + Float.floatToIntBits(weight));
    for (double value : context) {
      row = mixed(row + Double.doubleToLongBits(value));
    }
    if (ofRequest != request || at != time) {
      request = ofRequest;
      time = at;
      first = row;
      single = true;
      return;
    }
    if (single) {
      seen.clear();
      seen.add(first);
      single = false;
    }
    repeats += seen.add(row) ? 0 : 1;
  }

  private static long mixed(long value) {
    long z = value * ODD;
    return z ^ (z >>> 32);
  }

  /** Rows that repeat another, so far. */
  public long repeats() {
    return repeats;
  }

  /** What to say; empty where no row repeats another. */
  Optional<String> note() {
    return note(repeats, rows);
  }

  /**
   * What to say of a log.
   *
   * @param repeats rows that repeat another
   * @param rows all of them
   */
  public static Optional<String> note(long repeats, long rows) {
    return repeats == 0
        ? Optional.empty()
        : Optional.of(
            "%s of %s with the same user, item, request, time, weight and context; they count twice, and leave-last-out may test what it trained. --duplicates drop leaves out those that repeat all columns of the log"
                .formatted(
                    Amount.of(repeats, "row repeats another", "rows repeat another"),
                    Amount.number(rows)));
  }
}
