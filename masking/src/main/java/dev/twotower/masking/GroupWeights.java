package dev.twotower.masking;

/**
 * For one group of anchors that share user and context: how many candidates each column has lost to
 * {@code user}, {@code context} and {@code engaged}. Columns that lost nothing are not listed.
 */
final class GroupWeights {
  private final MaskSet masks;
  private final RemovedRows removedRows;
  private BatchIndex index;
  private int[] removed = new int[0];
  private int[] touched = new int[0];
  private int touchedCount;
  private long removedTotal;
  private int loadedUser;

  GroupWeights(MaskSet masks) {
    this.masks = masks;
    this.removedRows = new RemovedRows(masks);
  }

  void index(BatchIndex index) {
    for (int at = 0; at < touchedCount; at++) {
      removed[touched[at]] = 0;
    }
    touchedCount = 0;
    this.index = index;
    removed = Buffers.atLeast(removed, index.columns());
    touched = Buffers.atLeast(touched, index.columns());
    removedRows.index(index);
    loadedUser = -1;
  }

  /** Loads the group of an anchor row; free when it is the group already loaded. */
  void load(int anchor) {
    int user = index.rowUser(anchor);
    if (masks.contexts().isEmpty()) {
      if (user == loadedUser) {
        return;
      }
      loadedUser = user;
    }
    for (int at = 0; at < touchedCount; at++) {
      removed[touched[at]] = 0;
    }
    touchedCount = 0;
    removedTotal = 0;
    removedRows.collect(anchor);
    for (int at = 0; at < removedRows.count(); at++) {
      remove(index.candidateColumn(removedRows.row(at)), 1);
    }
    if (masks.engaged()) {
      for (int at = 0; at < index.engagedCount(user); at++) {
        int column = index.engagedColumn(user, at);
        remove(column, index.multiplicity(column) - removed[column]);
      }
    }
  }

  private void remove(int column, int rows) {
    if (rows == 0) {
      return;
    }
    if (removed[column] == 0) {
      touched[touchedCount++] = column;
    }
    removed[column] += rows;
    removedTotal += rows;
  }

  /** Candidates left in a column for the loaded group. */
  int left(int column) {
    return index.multiplicity(column) - removed[column];
  }

  /** Candidates left over all columns for the loaded group. */
  long leftTotal() {
    return index.candidates() - removedTotal;
  }

  int touchedCount() {
    return touchedCount;
  }

  int touched(int position) {
    return touched[position];
  }

  /** Whether an anchor whose item is in the column has lost its own row as a candidate. */
  boolean ownRowRemoved(int column) {
    // A row agrees with itself in its user and in every context value it has; engaged removes whole
    // columns.
    return removedRows.removesOwnRow() || left(column) == 0;
  }
}
