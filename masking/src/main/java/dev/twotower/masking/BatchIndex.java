package dev.twotower.masking;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;

/**
 * A batch seen by distinct ids: its users, requests and items numbered from 0 in order of first
 * appearance, the rows and candidates under each, and the items of the batch that each user engaged
 * with. Users and requests are those of the rows; items are those of all candidates, so that the
 * columns of the rows come first. Buffers are reused; one index serves one thread.
 */
public final class BatchIndex {
  private final EngagedItems engagedItems;
  private final boolean withEngaged;
  private final int[] columnOfItem;

  /** A bit for each item, set for those of the batch: it fits a cache where columns do not. */
  private final long[] present;

  private final Distinct userNumbers = new Distinct();
  private final Distinct requestNumbers = new Distinct();
  private final Rows rowsOfUser = new Rows();
  private final Rows candidatesOfUser = new Rows();
  private final Rows candidatesOfColumn = new Rows();

  private BatchIds batch = new BatchIds(0);
  private int[] candidateUser = new int[0];
  private int[] rowRequest = new int[0];
  private int[] candidateColumn = new int[0];
  private int[] items = new int[0];
  private int[] users = new int[0];
  private int[] requests = new int[0];
  private int[] requestUser = new int[0];
  private int[] engagedStart = new int[1];
  private int[] engagedColumns = new int[0];
  private int[] engagedTimes = new int[0];
  private int[] engagedMark = new int[0];
  private int[] engagedPlace = new int[0];
  private final IntArrayList engaged = new IntArrayList();
  private int rowColumns;
  private int columns;

  /**
   * @param catalogue number of items in the catalogue; batch items lie in 0..catalogue-1
   * @param engagedItems who engaged with what
   * @param withEngaged whether to intersect {@code engagedItems} with each batch
   */
  public BatchIndex(int catalogue, EngagedItems engagedItems, boolean withEngaged) {
    this.columnOfItem = new int[catalogue];
    Arrays.fill(columnOfItem, -1);
    this.present = new long[(catalogue + Long.SIZE - 1) / Long.SIZE];
    this.engagedItems = engagedItems;
    this.withEngaged = withEngaged;
  }

  /** Indexes a batch; what was indexed before is gone. */
  public void index(BatchIds batch) {
    for (int column = 0; column < columns; column++) {
      columnOfItem[items[column]] = -1;
      present[items[column] / Long.SIZE] = 0;
    }
    this.batch = batch;
    columns = 0;
    userNumbers.clear();
    requestNumbers.clear();
    int size = batch.size();
    int candidates = batch.candidates();
    candidateUser = Buffers.atLeast(candidateUser, candidates);
    candidateColumn = Buffers.atLeast(candidateColumn, candidates);
    rowRequest = Buffers.atLeast(rowRequest, size);
    items = Buffers.atLeast(items, candidates);
    users = Buffers.atLeast(users, size);
    requests = Buffers.atLeast(requests, size);
    requestUser = Buffers.atLeast(requestUser, size);
    for (int row = 0; row < size; row++) {
      number(row);
    }
    rowColumns = columns;
    rowsOfUser.group(candidateUser, size, users());
    for (int candidate = size; candidate < candidates; candidate++) {
      candidateColumn[candidate] = column(batch.item(candidate));
      // Only users who have a row here can remove it: the others share a last key that nobody asks
      // for.
      int user = userNumbers.find(batch.user(candidate));
      candidateUser[candidate] = user < 0 ? users() : user;
    }
    if (candidates > size) {
      candidatesOfUser.group(candidateUser, candidates, users() + 1);
    }
    candidatesOfColumn.group(candidateColumn, candidates, columns);
    intersectEngaged();
  }

  private int column(int item) {
    if (columnOfItem[item] < 0) {
      columnOfItem[item] = columns;
      present[item / Long.SIZE] |= 1L << item;
      items[columns++] = item;
    }
    return columnOfItem[item];
  }

  private void number(int row) {
    candidateColumn[row] = column(batch.item(row));
    int user = userNumbers.number(batch.user(row));
    users[user] = batch.user(row);
    candidateUser[row] = user;
    int request = requestNumbers.number(batch.request(row));
    requests[request] = batch.request(row);
    requestUser[request] = user;
    rowRequest[row] = request;
  }

  private void intersectEngaged() {
    int count = users();
    engagedStart = Buffers.atLeast(engagedStart, count + 1);
    engagedStart[0] = 0;
    if (!withEngaged) {
      Arrays.fill(engagedStart, 0, count + 1, 0);
      return;
    }
    engagedMark = Buffers.atLeast(engagedMark, columns);
    engagedPlace = Buffers.atLeast(engagedPlace, columns);
    Arrays.fill(engagedMark, 0, columns, -1);
    for (int user = 0; user < count; user++) {
      engagedStart[user + 1] = engagedStart[user];
      engaged.clear();
      engagedItems.appendTo(engaged, users[user]);
      int[] visited = engaged.elements();
      for (int i = 0; i < engaged.size(); i++) {
        int item = visited[i];
        if ((present[item / Long.SIZE] & 1L << item) != 0) {
          addEngaged(user, columnOfItem[item]);
        }
      }
    }
  }

  private void addEngaged(int user, int column) {
    if (engagedMark[column] == user) {
      engagedTimes[engagedPlace[column]]++;
      return;
    }
    engagedMark[column] = user;
    int end = engagedStart[user + 1]++;
    engagedColumns = Buffers.grown(engagedColumns, end + 1);
    engagedTimes = Buffers.grown(engagedTimes, end + 1);
    engagedColumns[end] = column;
    engagedTimes[end] = 1;
    engagedPlace[column] = end;
  }

  /** The batch this index describes. */
  public BatchIds batch() {
    return batch;
  }

  /** Rows, B. */
  public int size() {
    return batch.size();
  }

  /** Distinct users. */
  public int users() {
    return userNumbers.count();
  }

  /** Distinct requests, R. */
  public int requests() {
    return requestNumbers.count();
  }

  /** Rows and further candidates (design 3.5). */
  public int candidates() {
    return batch.candidates();
  }

  /** Distinct items of the rows, M; their columns are 0..M-1. */
  public int rowColumns() {
    return rowColumns;
  }

  /** Distinct items of all candidates: M, and more where some candidates are not rows. */
  public int columns() {
    return columns;
  }

  /** The data set's id of a distinct user. */
  public int user(int number) {
    return users[number];
  }

  /** The data set's id of a distinct request. */
  public int request(int number) {
    return requests[number];
  }

  /** The distinct user a distinct request belongs to. */
  public int requestUser(int request) {
    return requestUser[request];
  }

  /** The item of a column. */
  public int item(int column) {
    return items[column];
  }

  /** The column of an item; -1 where no candidate carries it. */
  public int find(int item) {
    return columnOfItem[item];
  }

  public int rowUser(int row) {
    return candidateUser[row];
  }

  public int rowRequest(int row) {
    return rowRequest[row];
  }

  public int rowColumn(int row) {
    return candidateColumn[row];
  }

  /** The column of a candidate's item. */
  public int candidateColumn(int candidate) {
    return candidateColumn[candidate];
  }

  /** Candidates that carry the column's item, c(m). */
  public int multiplicity(int column) {
    return candidatesOfColumn.end(column) - candidatesOfColumn.start(column);
  }

  /** Rows of a distinct user, n_u. */
  public int userRows(int user) {
    return rowsOfUser.end(user) - rowsOfUser.start(user);
  }

  /** Effective users of the batch: 1 / sum over u of (n_u/B)^2 (design 4). */
  public double effectiveUsers() {
    double sum = 0;
    for (int user = 0; user < users(); user++) {
      double share = (double) userRows(user) / size();
      sum += share * share;
    }
    return 1 / sum;
  }

  /** Number of batch columns whose item the user engaged with. */
  public int engagedCount(int user) {
    return engagedStart[user + 1] - engagedStart[user];
  }

  /** The {@code index}-th batch column whose item the user engaged with. */
  public int engagedColumn(int user, int index) {
    return engagedColumns[engagedStart[user] + index];
  }

  /** How often the user engaged with it: the visits of {@link EngagedItems}. */
  public int engagedTimes(int user, int index) {
    return engagedTimes[engagedStart[user] + index];
  }

  Rows candidatesOfUser() {
    return candidates() > size() ? candidatesOfUser : rowsOfUser;
  }

  Rows candidatesOfColumn() {
    return candidatesOfColumn;
  }
}
