package dev.twotower.data.describe;

import dev.twotower.data.odd.LogTimes;
import java.util.ArrayList;
import java.util.List;

/**
 * When the rows of all splits are.
 *
 * @param first the earliest, as {@code 2024-01-31T09:30:00Z}
 * @param last the latest
 * @param days days of UTC from the first to the last, both counted
 * @param rowsPerDay over the days that have any
 * @param fullestDay the day with most rows
 * @param rowsOverTime rows in equal parts of these days, {@value #PARTS} at most
 */
public record Times(
    String first,
    String last,
    long days,
    Spread rowsPerDay,
    String fullestDay,
    List<Long> rowsOverTime) {
  private static final int PARTS = 60;

  public Times {
    rowsOverTime = List.copyOf(rowsOverTime);
  }

  static Times of(LogTimes log) {
    int parts = (int) Math.min(PARTS, log.span());
    long[] rows = new long[parts];
    for (int day = 0; day < log.days().length; day++) {
      rows[(int) ((log.days()[day] - log.days()[0]) * parts / log.span())] += log.rows()[day];
    }
    List<Long> overTime = new ArrayList<>();
    for (long part : rows) {
      overTime.add(part);
    }
    return new Times(
        LogTimes.instant(log.first()),
        LogTimes.instant(log.last()),
        log.span(),
        Spread.of(log.rows().clone()),
        LogTimes.date(log.days()[log.fullest()]),
        overTime);
  }
}
