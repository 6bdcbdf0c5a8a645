package dev.twotower.trainer.correction;

import dev.twotower.data.dataset.Interactions;

/** How many rows of the training split items and users have. */
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

  /** Rows of an item, n_j. */
  public int rows(int item) {
    return rows[item];
  }

  /** Rows of a user, N_u. */
  public long rowsOfUser(int user) {
    return train.userEnd(user) - train.userStart(user);
  }

  /** The item of a user's row, from 0. */
  int itemOfUser(int user, long row) {
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
