package dev.twotower.trainer.tower;

import dev.twotower.data.dataset.Interactions;
import java.util.Arrays;
import java.util.List;

/**
 * A user's most recent items strictly before a moment, from any request and split: the splits are
 * merged by time. Reading takes O(log n + L) for L of a user's n rows, once the user has been
 * looked at for the first time ({@link TimeOrder}). Used by one thread.
 *
 * <p>Among rows of equal time, those of the split that comes first in {@code splits} count as
 * newer, and within a split those stored later.
 */
public final class Histories {
  private static final int[] NO_KINDS = {};

  private final TimeOrder[] splits;
  private final List<Interactions> rows;
  private final long[] next;
  private final int[] given;

  /**
   * @param splits the splits whose rows may be seen, latest first
   */
  public Histories(List<Interactions> splits) {
    this(splits, new int[0]);
  }

  private Histories(List<Interactions> splits, int[] given) {
    this.rows = List.copyOf(splits);
    this.splits = splits.stream().map(TimeOrder::new).toArray(TimeOrder[]::new);
    this.next = new long[this.splits.length];
    this.given = given;
  }

  /**
   * The same items for whoever asks, whenever.
   *
   * @param newestFirst items
   */
  public static Histories given(int[] newestFirst) {
    return new Histories(List.of(), newestFirst.clone());
  }

  /**
   * Writes the user's last items strictly before {@code time}, most recent first.
   *
   * @return how many were written, at most {@code into.length}
   */
  public int read(int user, long time, int[] into) {
    return read(user, time, into, new long[into.length], NO_KINDS);
  }

  /** The codes of kinds of feedback ({@link HistoryKinds}), by what the rows here have for them. */
  int[] codes(List<String> kinds) {
    return rows.stream()
        .filter(split -> split.rows() > 0)
        .flatMap(split -> HistoryKinds.column(split).stream())
        .findFirst()
        .map(column -> HistoryKinds.codes(column, kinds))
        .orElseGet(() -> new int[1]);
  }

  /**
   * The same with the times of the items, {@link TimeGaps#UNKNOWN} of those that were given
   * without, and with their kinds of feedback.
   *
   * @param times as long as {@code into}
   * @param kinds receives what the rows have for the kinds, 0 of items that were given; as long as
   *     {@code into}, or empty where nobody asks
   */
  int read(int user, long time, int[] into, long[] times, int[] kinds) {
    for (int split = 0; split < splits.length; split++) {
      next[split] = splits[split].before(user, time) - 1;
    }
    int count = Math.min(given.length, into.length);
    System.arraycopy(given, 0, into, 0, count);
    Arrays.fill(times, 0, count, TimeGaps.UNKNOWN);
    Arrays.fill(kinds, 0);
    while (count < into.length) {
      int newest = -1;
      long newestTime = 0;
      for (int split = 0; split < splits.length; split++) {
        if (next[split] < 0) {
          continue;
        }
        long candidate = splits[split].time(user, next[split]);
        if (newest < 0 || candidate > newestTime) {
          newest = split;
          newestTime = candidate;
        }
      }
      if (newest < 0) {
        return count;
      }
      times[count] = newestTime;
      if (kinds.length > 0) {
        kinds[count] = splits[newest].kind(user, next[newest]);
      }
      into[count++] = splits[newest].item(user, next[newest]--);
    }
    return count;
  }
}
