package dev.twotower.data.sampling;

import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Interactions;
import java.util.Arrays;
import java.util.List;

/** Rows given by request sizes alone, one request per user, item = row. */
final class MemoryInteractions implements Interactions {
  private final int[] request;
  private final int[] starts;

  MemoryInteractions(List<Integer> requestSizes) {
    starts = new int[requestSizes.size() + 1];
    for (int r = 0; r < requestSizes.size(); r++) {
      starts[r + 1] = starts[r] + requestSizes.get(r);
    }
    request = new int[starts[requestSizes.size()]];
    for (int r = 0; r < requestSizes.size(); r++) {
      Arrays.fill(request, starts[r], starts[r + 1], r);
    }
  }

  @Override
  public long rows() {
    return request.length;
  }

  @Override
  public int user(long row) {
    return request(row);
  }

  @Override
  public int item(long row) {
    return (int) row;
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
  public float weight(long row) {
    return 1;
  }

  @Override
  public long userStart(int user) {
    return requestStart(user);
  }

  @Override
  public long userEnd(int user) {
    return requestEnd(user);
  }

  @Override
  public long requestStart(int number) {
    return starts[number];
  }

  @Override
  public long requestEnd(int number) {
    return starts[number + 1];
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
