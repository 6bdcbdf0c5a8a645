package dev.twotower.data.odd;

import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * When the rows of a log are, by days of UTC.
 *
 * @param first the earliest time, in microseconds since 1970-01-01T00:00:00Z
 * @param last the latest
 * @param days days with rows, ascending, counted from 1970-01-01
 * @param rows the rows of each
 */
public record LogTimes(long first, long last, long[] days, long[] rows) implements Serializable {
  static final long MICROS_OF_DAY = 86_400_000_000L;
  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** The times of several parts' rows together; one part at least. */
  static LogTimes join(List<LogTimes> parts) {
    TreeMap<Long, Long> rows = new TreeMap<>();
    for (LogTimes part : parts) {
      for (int day = 0; day < part.days.length; day++) {
        rows.merge(part.days[day], part.rows[day], Long::sum);
      }
    }
    return new LogTimes(
        parts.stream().mapToLong(LogTimes::first).min().orElseThrow(),
        parts.stream().mapToLong(LogTimes::last).max().orElseThrow(),
        rows.keySet().stream().mapToLong(Long::longValue).toArray(),
        rows.values().stream().mapToLong(Long::longValue).toArray());
  }

  /** Rows of all days. */
  public long total() {
    return Arrays.stream(rows).sum();
  }

  /** Days from the first row to the last, both counted. */
  public long span() {
    return days[days.length - 1] - days[0] + 1;
  }

  /** Whether all rows are of 1970: their times count another unit, or are none. */
  public boolean nearZero() {
    return days[days.length - 1] < 365;
  }

  /** Days that the middle 90 % of the rows take, first and last counted. */
  long middle() {
    long few = total() / 20;
    int from = 0;
    for (long before = rows[0]; before <= few && from < days.length - 1; before += rows[from]) {
      from++;
    }
    int to = days.length - 1;
    for (long after = rows[to]; after <= few && to > from; after += rows[to]) {
      to--;
    }
    return days[to] - days[from] + 1;
  }

  /** The place of the day with most rows, the first of equals. */
  public int fullest() {
    int fullest = 0;
    for (int day = 1; day < days.length; day++) {
      fullest = rows[day] > rows[fullest] ? day : fullest;
    }
    return fullest;
  }

  /** A day as people write it: 2024-01-31. */
  public static String date(long day) {
    return LocalDate.ofEpochDay(day).toString();
  }

  /** A time of the log as programs read it: 2024-01-31T09:30:00Z. */
  public static String instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }

  /** A time of the log to the minute, in UTC. */
  public static String minute(long micros) {
    return MINUTES.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }
}
