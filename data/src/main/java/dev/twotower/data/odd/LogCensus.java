package dev.twotower.data.odd;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * The rows of all splits, counted.
 *
 * @param users users with rows
 * @param requests requests with rows
 * @param items items with rows
 * @param times when the rows are; empty where a log has positions rather than times
 */
public record LogCensus(
    long rows, Groups users, Groups requests, Items items, Optional<LogTimes> times) {
  /**
   * Users, or requests.
   *
   * @param count those with rows
   * @param single those of one row
   * @param overADay those whose rows are more than 24 hours apart; 0 where there are no times
   * @param longest time from the first to the last row of any of them, in microseconds; likewise
   */
  public record Groups(long count, long single, long overADay, long longest)
      implements Serializable {
    private Groups with(Groups others) {
      return new Groups(
          count + others.count,
          single + others.single,
          overADay + others.overADay,
          Math.max(longest, others.longest));
    }

    /** Those of two rows or more. */
    public long several() {
      return count - single;
    }
  }

  /**
   * Items.
   *
   * @param count those with rows
   * @param single those of one row
   */
  public record Items(long count, long single) {}

  /**
   * The census of a log whose users lie in parts. Of items it says nothing, as parts share them.
   *
   * @param parts one of each
   */
  public static LogCensus join(List<LogCensus> parts) {
    Groups none = new Groups(0, 0, 0, 0);
    List<LogTimes> times = parts.stream().flatMap(part -> part.times().stream()).toList();
    return new LogCensus(
        parts.stream().mapToLong(LogCensus::rows).sum(),
        parts.stream().map(LogCensus::users).reduce(none, Groups::with),
        parts.stream().map(LogCensus::requests).reduce(none, Groups::with),
        new Items(0, 0),
        times.isEmpty() ? Optional.empty() : Optional.of(LogTimes.join(times)));
  }
}
