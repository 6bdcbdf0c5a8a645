package dev.twotower.data.dataset;

import java.util.List;

/**
 * The rows of one split in storage order: sorted by user, request, time (design 9). Reads go
 * straight to mapped memory and may come from several threads; no bounds are checked beyond
 * assertions.
 */
public interface Interactions {
  /** Number of rows in this split; 0 where the data set has no such split. */
  long rows();

  int user(long row);

  int item(long row);

  /**
   * Copies the items of rows that follow one another.
   *
   * @param start the first of them
   * @param into receives {@code count} items from place {@code at} on
   */
  default void items(long start, int count, int[] into, int at) {
    for (int i = 0; i < count; i++) {
      into[at + i] = item(start + i);
    }
  }

  /** The request's number over the whole data set; requests are numbered in storage order. */
  int request(long row);

  /**
   * Microseconds since the epoch, or the source order where the log has no time; {@link #timed}
   * says which.
   */
  long time(long row);

  /** Whether times are moments; otherwise they order rows, and distances mean nothing. */
  boolean timed();

  /**
   * The time in seconds where {@link #timed}, otherwise as {@link #time}: what windows count in.
   */
  default double seconds(long row) {
    return timed() ? time(row) / 1e6 : time(row);
  }

  /** The row's weight, 1 where the log has none. */
  float weight(long row);

  /** First row of the user in this split. */
  long userStart(int user);

  /**
   * One past the last row of the user in this split; equals {@link #userStart} where the user has
   * none.
   */
  long userEnd(int user);

  /** First row of the request in this split. */
  long requestStart(int request);

  /**
   * One past the last row of the request in this split; equals {@link #requestStart} where it has
   * none.
   */
  long requestEnd(int request);

  List<String> contextColumns();

  /**
   * A context column by name.
   *
   * @throws IllegalArgumentException naming the columns there are
   */
  ContextColumn context(String name);
}
