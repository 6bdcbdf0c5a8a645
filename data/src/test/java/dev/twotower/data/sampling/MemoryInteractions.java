package dev.twotower.data.sampling;

import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Interactions;
import java.util.Arrays;
import java.util.List;

/** A split in memory, for tests; rows come in storage order. */
public final class MemoryInteractions implements Interactions {
  private final int[] user;
  private final int[] request;
  private final int[] item;

  /** Rows of the given columns, users and requests ascending. */
  public MemoryInteractions(int[] user, int[] request, int[] item) {
    this.user = user;
    this.request = request;
    this.item = item;
  }

  /** Requests of the given sizes, one per user, item = row. */
  static MemoryInteractions ofRequests(List<Integer> sizes) {
    int[] owner = new int[sizes.stream().mapToInt(Integer::intValue).sum()];
    int row = 0;
    for (int request = 0; request < sizes.size(); request++) {
      Arrays.fill(owner, row, row + sizes.get(request), request);
      row += sizes.get(request);
    }
    int[] item = new int[owner.length];
    Arrays.setAll(item, index -> index);
    return new MemoryInteractions(owner, owner, item);
  }

  @Override
  public long rows() {
    return user.length;
  }

  @Override
  public int user(long row) {
    return user[(int) row];
  }

  @Override
  public int item(long row) {
    return item[(int) row];
  }

  @Override
  public int request(long row) {
    return request[(int) row];
  }

  @Override
  public long time(long row) {
    return row;
  }

  @Override
  public boolean timed() {
    return false;
  }

  @Override
  public float weight(long row) {
    return 1;
  }

  @Override
  public long userStart(int number) {
    return start(user, number);
  }

  @Override
  public long userEnd(int number) {
    return start(user, number + 1);
  }

  @Override
  public long requestStart(int number) {
    return start(request, number);
  }

  @Override
  public long requestEnd(int number) {
    return start(request, number + 1);
  }

  /** First row whose value is the number or larger. */
  private static long start(int[] column, int number) {
    int row = Arrays.binarySearch(column, number);
    row = row < 0 ? -row - 1 : row;
    while (row > 0 && column[row - 1] == number) {
      row--;
    }
    return row;
  }

  @Override
  public List<String> contextColumns() {
    return List.of();
  }

  @Override
  public ContextColumn context(String name) {
    throw new IllegalArgumentException("no context column '" + name + "'; there are none");
  }
}
