package dev.twotower.data.odd;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Counts the rows of all splits, handed over in the order of storage: by user, then by request. */
public final class LogTally {
  private final boolean timed;

  /** 0, 1, or 2 for more. */
  private final byte[] rowsOfItem;

  private final Group user = new Group();
  private final Group request = new Group();
  private final Long2LongOpenHashMap rowsOfDay = new Long2LongOpenHashMap();

  /** The day of the rows before, which are not in the map yet. */
  private long day;

  private long rowsSince;
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  /**
   * Counts nothing yet.
   *
   * @param timed whether times are moments, in microseconds, rather than positions
   */
  public LogTally(int items, boolean timed) {
    this.timed = timed;
    this.rowsOfItem = new byte[items];
  }

  /** Counts a data set. */
  public static LogCensus of(Dataset data) {
    Interactions train = data.interactions(Split.TRAIN);
    LogTally tally = new LogTally(data.items(), train.timed());
    List<Interactions> splits = new ArrayList<>();
    for (Split split : Split.values()) {
      splits.add(data.interactions(split));
    }
    for (int user = 0; user < data.users(); user++) {
      tally.add(splits, user);
    }
    return tally.census();
  }

  /** The rows of a user by request, whatever splits they are in. */
  private void add(List<Interactions> splits, int user) {
    long[] next = splits.stream().mapToLong(split -> split.userStart(user)).toArray();
    long[] end = splits.stream().mapToLong(split -> split.userEnd(user)).toArray();
    while (true) {
      int least = Integer.MAX_VALUE;
      for (int s = 0; s < next.length; s++) {
        if (next[s] < end[s]) {
          least = Math.min(least, splits.get(s).request(next[s]));
        }
      }
      if (least == Integer.MAX_VALUE) {
        return;
      }
      for (int s = 0; s < next.length; s++) {
        Interactions split = splits.get(s);
        for (; next[s] < end[s] && split.request(next[s]) == least; next[s]++) {
          row(user, least, split.item(next[s]), split.time(next[s]));
        }
      }
    }
  }

  /** Counts a row. */
  public void row(int ofUser, int ofRequest, int item, long time) {
    if (rowsOfItem[item] < 2) {
      rowsOfItem[item]++;
    }
    user.row(ofUser, time);
    request.row(ofRequest, time);
    if (timed) {
      first = Math.min(first, time);
      last = Math.max(last, time);
      long that = Math.floorDiv(time, LogTimes.MICROS_OF_DAY);
      if (that != day) {
        endDay();
        day = that;
      }
      rowsSince++;
    }
  }

  private void endDay() {
    if (rowsSince > 0) {
      rowsOfDay.addTo(day, rowsSince);
    }
    rowsSince = 0;
  }

  /** What was counted. */
  public LogCensus census() {
    user.end();
    request.end();
    long items = 0;
    long itemsOfOneRow = 0;
    for (byte rows : rowsOfItem) {
      items += rows > 0 ? 1 : 0;
      itemsOfOneRow += rows == 1 ? 1 : 0;
    }
    return new LogCensus(
        user.rows,
        user.counts(timed),
        request.counts(timed),
        new LogCensus.Items(items, itemsOfOneRow),
        timed && user.rows > 0 ? Optional.of(times()) : Optional.empty());
  }

  private LogTimes times() {
    endDay();
    long[] days = rowsOfDay.keySet().toLongArray();
    Arrays.sort(days);
    return new LogTimes(first, last, days, Arrays.stream(days).map(rowsOfDay::get).toArray());
  }

  /** Rows that follow each other and belong together, one group after the other. */
  private static final class Group {
    private int current = -1;
    private long size;
    private long start;
    private long end;
    private long rows;
    private long groups;
    private long single;
    private long overADay;
    private long longest;

    void row(int key, long time) {
      if (key != current) {
        end();
        current = key;
        start = time;
        end = time;
      }
      rows++;
      size++;
      start = Math.min(start, time);
      end = Math.max(end, time);
    }

    void end() {
      if (size > 0) {
        groups++;
        single += size == 1 ? 1 : 0;
        overADay += end - start > LogTimes.MICROS_OF_DAY ? 1 : 0;
        longest = Math.max(longest, end - start);
      }
      size = 0;
    }

    LogCensus.Groups counts(boolean timed) {
      return new LogCensus.Groups(groups, single, timed ? overADay : 0, timed ? longest : 0);
    }
  }
}
