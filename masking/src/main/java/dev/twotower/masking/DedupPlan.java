package dev.twotower.masking;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The deduplicated plan of design 3.2: a query for each distinct request or user (and, under
 * context masks, context value), a column for each distinct item. Exactly the same negatives as
 * {@link DensePlan}, under all masks.
 */
public final class DedupPlan implements NegativesPlan {
  /** Which rows share a query: those with one input of the user tower. */
  public enum Queries {
    /** Rows of a request: what the tower sees changes from request to request. */
    REQUESTS,
    /** Rows of a user: what the tower sees is the user alone. */
    USERS
  }

  private final MaskSet masks;
  private final Queries by;
  private final GroupWeights group;
  private final Distinct pairs = new Distinct();
  private final Distinct values = new Distinct();
  private final Rows rowsOfQuery = new Rows();

  private BatchIndex index;
  private int queries;
  private int positives;
  private int[] rowQuery = new int[0];
  private int[] queryRow = new int[0];
  private boolean shared;
  private int listed;
  private int[] listStart = new int[0];
  private int[] listEnd = new int[0];
  private int[] listColumn = new int[0];
  private int[] listLeft = new int[0];
  private int[] rowPositive = new int[0];
  private int[] positiveStart = new int[1];
  private int[] positiveColumn = new int[0];
  private int[] positiveRows = new int[0];
  private int[] othersWeight = new int[0];
  private int[] ownWeight = new int[0];
  private int[] negatives = new int[0];
  private int[] positiveOfColumn = new int[0];

  /** A plan with a query for each distinct request. */
  public DedupPlan(MaskSet masks) {
    this(masks, Queries.REQUESTS);
  }

  /**
   * @param masks what removes candidates
   * @param by which rows share a query
   */
  public DedupPlan(MaskSet masks, Queries by) {
    this.masks = masks;
    this.by = by;
    this.group = new GroupWeights(masks);
  }

  /** Plans a batch; what was planned before is gone. */
  public DedupPlan plan(BatchIndex index) {
    this.index = index;
    numberQueries();
    rowsOfQuery.group(rowQuery, index.size(), queries);
    group.index(index);
    findPositives();
    return this;
  }

  private void numberQueries() {
    int size = index.size();
    rowQuery = Buffers.atLeast(rowQuery, size);
    for (int row = 0; row < size; row++) {
      rowQuery[row] = by == Queries.USERS ? index.rowUser(row) : index.rowRequest(row);
    }
    queries = by == Queries.USERS ? index.users() : index.requests();
    for (int c = 0; c < masks.contexts().size(); c++) {
      pairs.clear();
      values.clear();
      for (int row = 0; row < size; row++) {
        double value = index.batch().context(c, row);
        long number = values.number(Double.doubleToLongBits(value));
        rowQuery[row] = pairs.number(((long) rowQuery[row] << 32) | number);
      }
      queries = pairs.count();
    }
    queryRow = Buffers.atLeast(queryRow, queries);
    for (int row = size - 1; row >= 0; row--) {
      queryRow[rowQuery[row]] = row;
    }
  }

  private void findPositives() {
    int size = index.size();
    rowPositive = Buffers.atLeast(rowPositive, size);
    positiveStart = Buffers.atLeast(positiveStart, queries + 1);
    positiveColumn = Buffers.atLeast(positiveColumn, size);
    positiveRows = Buffers.atLeast(positiveRows, size);
    othersWeight = Buffers.atLeast(othersWeight, size);
    ownWeight = Buffers.atLeast(ownWeight, size);
    negatives = Buffers.atLeast(negatives, size);
    positiveOfColumn = Buffers.atLeast(positiveOfColumn, index.columns());
    Arrays.fill(positiveOfColumn, 0, index.columns(), -1);
    shared = masks.contexts().isEmpty();
    listStart = Buffers.atLeast(listStart, index.users());
    listEnd = Buffers.atLeast(listEnd, index.users());
    Arrays.fill(listEnd, 0, index.users(), -1);
    listed = 0;
    positives = 0;
    for (int query = 0; query < queries; query++) {
      positiveStart[query] = positives;
      for (int at = rowsOfQuery.start(query); at < rowsOfQuery.end(query); at++) {
        addAnchor(rowsOfQuery.value(at), positiveStart[query]);
      }
      group.load(queryRow[query]);
      if (shared) {
        list(index.rowUser(queryRow[query]));
      }
      for (int positive = positiveStart[query]; positive < positives; positive++) {
        weigh(positive);
      }
    }
    positiveStart[queries] = positives;
  }

  /** Keeps what the loaded group of a user has lost, unless it is there. */
  private void list(int user) {
    if (listEnd[user] >= 0) {
      return;
    }
    listStart[user] = listed;
    int count = group.touchedCount();
    listColumn = Buffers.grown(listColumn, listed + count);
    listLeft = Buffers.grown(listLeft, listed + count);
    for (int at = 0; at < count; at++) {
      listColumn[listed] = group.touched(at);
      listLeft[listed++] = group.left(group.touched(at));
    }
    listEnd[user] = listed;
  }

  private void addAnchor(int row, int firstOfQuery) {
    int column = index.rowColumn(row);
    int positive = positiveOfColumn[column];
    if (positive < firstOfQuery) {
      positive = positives++;
      positiveOfColumn[column] = positive;
      positiveColumn[positive] = column;
      positiveRows[positive] = 0;
    }
    positiveRows[positive]++;
    rowPositive[row] = positive;
  }

  private void weigh(int positive) {
    int column = positiveColumn[positive];
    int left = group.left(column);
    int leftWithoutOwnRow = left - (group.ownRowRemoved(column) ? 0 : 1);
    othersWeight[positive] = left;
    ownWeight[positive] = masks.identity() ? 0 : leftWithoutOwnRow;
    negatives[positive] = Math.toIntExact(group.leftTotal() - left + ownWeight[positive]);
  }

  @Override
  public BatchIndex index() {
    return index;
  }

  @Override
  public int queries() {
    return queries;
  }

  @Override
  public int columns() {
    return index.columns();
  }

  @Override
  public int queryRequest(int query) {
    return index.rowRequest(queryRow[query]);
  }

  @Override
  public int columnItem(int column) {
    return column;
  }

  @Override
  public float columnWeight(int column) {
    return index.multiplicity(column);
  }

  @Override
  public void columnsOf(int item, IntConsumer sink) {
    sink.accept(item);
  }

  @Override
  public void overrides(int query, OverrideSink sink) {
    overrideList(listOf(query), sink);
  }

  private int listOf(int query) {
    return shared ? index.rowUser(queryRow[query]) : query;
  }

  /** {@inheritDoc} One for each user, whatever the number of their queries, without contexts. */
  @Override
  public int overrideLists() {
    return shared ? index.users() : queries;
  }

  @Override
  public void overrideList(int list, OverrideSink sink) {
    if (shared) {
      for (int at = listStart[list]; at < listEnd[list]; at++) {
        sink.accept(listColumn[at], listLeft[at]);
      }
      return;
    }
    // Contexts make them differ from query to query, and there may be too many to be kept.
    group.load(queryRow[list]);
    for (int at = 0; at < group.touchedCount(); at++) {
      int column = group.touched(at);
      sink.accept(column, group.left(column));
    }
  }

  @Override
  public void overrideListsOf(int query, IntConsumer sink) {
    sink.accept(listOf(query));
  }

  @Override
  public int positiveStart(int query) {
    return positiveStart[query];
  }

  @Override
  public int positiveColumn(int positive) {
    return positiveColumn[positive];
  }

  @Override
  public float othersWeight(int positive) {
    return othersWeight[positive];
  }

  @Override
  public float ownWeight(int positive) {
    return ownWeight[positive];
  }

  @Override
  public long negatives(int positive) {
    return negatives[positive];
  }

  @Override
  public int positiveRows(int positive) {
    return positiveRows[positive];
  }

  @Override
  public int rowPositive(int row) {
    return rowPositive[row];
  }
}
