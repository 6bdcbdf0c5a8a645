package dev.twotower.masking;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The dense plan of design 3.1: a query for each row and a column for each candidate, so a B x B
 * score matrix where all candidates are rows. Removed candidates are listed lazily, query by query,
 * so the plan itself takes O(B) memory.
 */
public final class DensePlan implements NegativesPlan {
  private final MaskSet masks;
  private final RemovedRows removedRows;
  private BatchIndex index;
  private int[] negatives = new int[0];
  private int[] stamp = new int[0];
  private int current;
  private final Rows rowsOfUser = new Rows();
  private int[] rowUser = new int[0];
  private int[] goneInColumn = new int[0];

  public DensePlan(MaskSet masks) {
    this.masks = masks;
    this.removedRows = new RemovedRows(masks);
  }

  /** Plans a batch; what was planned before is gone. */
  public DensePlan plan(BatchIndex index) {
    this.index = index;
    int size = index.size();
    removedRows.index(index);
    negatives = Buffers.atLeast(negatives, size);
    if (stamp.length < index.candidates()) {
      stamp = new int[index.candidates()];
      current = 0;
    }
    if (masks.contexts().isEmpty()) {
      countByUser();
    } else {
      for (int row = 0; row < size; row++) {
        int[] removed = new int[1];
        overrides(row, (column, weight) -> removed[0]++);
        negatives[row] = index.candidates() - removed[0];
      }
    }
    return this;
  }

  /** What a row loses is what its user's rows lose alike, and what else carries its item. */
  private void countByUser() {
    int size = index.size();
    rowUser = Buffers.atLeast(rowUser, size);
    for (int row = 0; row < size; row++) {
      rowUser[row] = index.rowUser(row);
    }
    rowsOfUser.group(rowUser, size, index.users());
    goneInColumn = Buffers.atLeast(goneInColumn, index.columns());
    int[] gone = new int[1];
    OverrideSink count =
        (candidate, left) -> {
          gone[0]++;
          goneInColumn[index.candidateColumn(candidate)]++;
        };
    OverrideSink forget = (candidate, left) -> goneInColumn[index.candidateColumn(candidate)] = 0;
    for (int user = 0; user < index.users(); user++) {
      gone[0] = 0;
      removeOfUser(user, count);
      for (int at = rowsOfUser.start(user); at < rowsOfUser.end(user); at++) {
        int row = rowsOfUser.value(at);
        int column = index.rowColumn(row);
        int own =
            masks.identity()
                ? index.multiplicity(column) - goneInColumn[column]
                : stamp[row] == current ? 0 : 1;
        negatives[row] = index.candidates() - gone[0] - own;
      }
      removeOfUser(user, forget);
    }
  }

  /** What {@code user} and {@code engaged} remove for all rows of a user. */
  private void removeOfUser(int user, OverrideSink sink) {
    nextStamp();
    if (masks.user()) {
      Rows candidates = index.candidatesOfUser();
      for (int at = candidates.start(user); at < candidates.end(user); at++) {
        remove(candidates.value(at), sink);
      }
    }
    removeEngaged(user, sink);
  }

  private void removeEngaged(int user, OverrideSink sink) {
    if (masks.engaged()) {
      for (int at = 0; at < index.engagedCount(user); at++) {
        removeColumn(index.engagedColumn(user, at), sink);
      }
    }
  }

  private void nextStamp() {
    if (++current == 0) {
      Arrays.fill(stamp, 0);
      current = 1;
    }
  }

  @Override
  public BatchIndex index() {
    return index;
  }

  @Override
  public int queries() {
    return index.size();
  }

  @Override
  public int columns() {
    return index.candidates();
  }

  @Override
  public int queryRequest(int query) {
    return index.rowRequest(query);
  }

  @Override
  public int columnItem(int column) {
    return index.candidateColumn(column);
  }

  @Override
  public float columnWeight(int column) {
    return 1;
  }

  /** {@inheritDoc} The query's own row is always removed: it is the positive. */
  @Override
  public void overrides(int query, OverrideSink sink) {
    nextStamp();
    remove(query, sink);
    removedRows.collect(query);
    for (int at = 0; at < removedRows.count(); at++) {
      remove(removedRows.row(at), sink);
    }
    if (masks.identity()) {
      removeColumn(index.rowColumn(query), sink);
    }
    removeEngaged(index.rowUser(query), sink);
  }

  /** {@inheritDoc} One for each user, and one for each distinct item. */
  @Override
  public int overrideLists() {
    return masks.contexts().isEmpty() ? index.users() + index.columns() : queries();
  }

  @Override
  public void overrideList(int list, OverrideSink sink) {
    if (!masks.contexts().isEmpty()) {
      overrides(list, sink);
    } else if (list < index.users()) {
      removeOfUser(list, sink);
    } else if (repeated(list - index.users())) {
      nextStamp();
      removeColumn(list - index.users(), sink);
    }
  }

  @Override
  public void overrideListsOf(int query, IntConsumer sink) {
    if (masks.contexts().isEmpty()) {
      sink.accept(index.rowUser(query));
      if (repeated(index.rowColumn(query))) {
        sink.accept(index.users() + index.rowColumn(query));
      }
    } else {
      sink.accept(query);
    }
  }

  /** Whether identity takes more than the positive itself away. */
  private boolean repeated(int column) {
    return masks.identity() && index.multiplicity(column) > 1;
  }

  private void removeColumn(int item, OverrideSink sink) {
    Rows candidates = index.candidatesOfColumn();
    for (int at = candidates.start(item); at < candidates.end(item); at++) {
      remove(candidates.value(at), sink);
    }
  }

  private void remove(int candidate, OverrideSink sink) {
    if (stamp[candidate] != current) {
      stamp[candidate] = current;
      sink.accept(candidate, 0);
    }
  }

  @Override
  public void columnsOf(int item, IntConsumer sink) {
    Rows candidates = index.candidatesOfColumn();
    for (int at = candidates.start(item); at < candidates.end(item); at++) {
      sink.accept(candidates.value(at));
    }
  }

  @Override
  public int positiveStart(int query) {
    return query;
  }

  @Override
  public int positiveColumn(int positive) {
    return positive;
  }

  @Override
  public float othersWeight(int positive) {
    return 0;
  }

  @Override
  public float ownWeight(int positive) {
    return 0;
  }

  @Override
  public long negatives(int positive) {
    return negatives[positive];
  }

  @Override
  public int positiveRows(int positive) {
    return 1;
  }

  @Override
  public int rowPositive(int row) {
    return row;
  }
}
