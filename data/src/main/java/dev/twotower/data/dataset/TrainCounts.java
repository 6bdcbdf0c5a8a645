package dev.twotower.data.dataset;

/**
 * How many rows of the training split items and users have, counted once for all who ask ({@link
 * Dataset#trainCounts}). Safe for several threads.
 */
public final class TrainCounts {
  private final Interactions train;
  private final int[] rows;

  /**
   * Counts a training split, in one pass.
   *
   * @param items size of the catalogue
   */
  public TrainCounts(Interactions train, int items) {
    this.train = train;
    rows = new int[items];
    for (long row = 0; row < train.rows(); row++) {
      rows[train.item(row)]++;
    }
  }

  /** The rows counted. */
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

  /** The item of a user's row, from 0. */
  public int itemOfUser(int user, long row) {
    return train.item(train.userStart(user) + row);
  }

  /** All rows, N. */
  public long total() {
    return train.rows();
  }

  /** Size of the catalogue. */
  public int items() {
    return rows.length;
  }
}
