package dev.twotower.data.odd;

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
  public record Groups(long count, long single, long overADay, long longest) {
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
}
