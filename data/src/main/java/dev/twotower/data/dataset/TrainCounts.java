package dev.twotower.data.dataset;

import java.util.Arrays;

/**
 * How many rows of the training split items and users have, counted once and shared ({@link
 * Dataset#trainCounts}). Safe for several threads.
 */
public final class TrainCounts {
  private final Interactions train;
  private final int[] rows;
  private final long total;

  /**
   * Counts a training split, in one pass.
   *
   * @param items size of the catalogue
   */
  public TrainCounts(Interactions train, int items) {
    this.train = train;
    this.total = train.rows();
    rows = new int[items];
    for (long row = 0; row < train.rows(); row++) {
      rows[train.item(row)]++;
    }
  }

  /**
   * Counts that are known already, of a log of which some users' rows are at hand.
   *
   * @param train rows of those users
   * @param rows of each item in the whole log
   */
  public TrainCounts(Interactions train, int[] rows) {
    this.train = train;
    this.rows = rows;
    this.total = Arrays.stream(rows).asLongStream().sum();
  }

  /** The rows counted, or those of them that are at hand. */
  public Interactions train() {
    return train;
  }

  /** Rows of an item, n_j; 0 for one that training does not know. */
  public int rows(int item) {
    return rows[item];
  }

  /** Rows of all items. */
  public int[] toArray() {
    return rows.clone();
  }

  /** Rows of a user, N_u; 0 for one that training does not know. */
  public long rowsOfUser(int user) {
    return train.userEnd(user) - train.userStart(user);
  }

  /** Whether training knows a request. */
  public boolean hasRequest(int request) {
    return train.requestStart(request) < train.requestEnd(request);
  }

  /** The item of a user's row, from 0. */
  public int itemOfUser(int user, long row) {
    return train.item(train.userStart(user) + row);
  }

  /** All rows, N. */
  public long total() {
    return total;
  }

  /** Size of the catalogue. */
  public int items() {
    return rows.length;
  }
}
