package dev.twotower.data.dataset;

import java.util.List;

/**
 * One split's rows over all parts, in the order of a data set of one piece: by user, request, time.
 * A user's rows lie together in one part, so a row is found through its user: by a search among the
 * users of the row's block.
 */
final class PartedInteractions implements Interactions {
  /** Rows of a block, 2^10. */
  private static final int BLOCK_SHIFT = 10;

  private final PartedUsers users;
  private final Interactions[] parts;
  private final long[] starts;
  private final int[] firstOfBlock;

  PartedInteractions(PartedUsers users, Split split) {
    this.users = users;
    int size = users.size();
    this.starts = new long[size + 1];
    int most = 0;
    for (int user = 0; user < size; user++) {
      most = Math.max(most, users.partOf(user));
    }
    this.parts = new Interactions[most + 1];
    for (int part = 0; part < parts.length; part++) {
      parts[part] = users.part(part).interactions(split);
    }
    for (int user = 0; user < size; user++) {
      Interactions rows = parts[users.partOf(user)];
      int place = users.placeIn(user);
      starts[user + 1] = starts[user] + rows.userEnd(place) - rows.userStart(place);
    }
    this.firstOfBlock = new int[(int) (rows() >> BLOCK_SHIFT) + 2];
    int user = 0;
    for (int block = 0; block < firstOfBlock.length; block++) {
      long row = (long) block << BLOCK_SHIFT;
      while (user < size - 1 && starts[user + 1] <= row) {
        user++;
      }
      firstOfBlock[block] = user;
    }
  }

  @Override
  public long rows() {
    return starts[starts.length - 1];
  }

  @Override
  public int user(long row) {
    int block = (int) (row >> BLOCK_SHIFT);
    int low = firstOfBlock[block];
    int high = firstOfBlock[block + 1];
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private Interactions rowsOf(int user) {
    return parts[users.partOf(user)];
  }

  /** The row's number in its part. */
  private long inPart(int user, long row) {
    return rowsOf(user).userStart(users.placeIn(user)) + row - starts[user];
  }

  @Override
  public int item(long row) {
    int user = user(row);
    return rowsOf(user).item(inPart(user, row));
  }

  @Override
  public int request(long row) {
    int user = user(row);
    return rowsOf(user).request(inPart(user, row))
        - users.firstRequestInPart(user)
        + users.firstRequest(user);
  }

  @Override
  public long time(long row) {
    int user = user(row);
    return rowsOf(user).time(inPart(user, row));
  }

  @Override
  public boolean timed() {
    return parts[0].timed();
  }

  @Override
  public float weight(long row) {
    int user = user(row);
    return rowsOf(user).weight(inPart(user, row));
  }

  @Override
  public long userStart(int user) {
    return user < users.size() ? starts[user] : rows();
  }

  @Override
  public long userEnd(int user) {
    return user < users.size() ? starts[user + 1] : rows();
  }

  @Override
  public long requestStart(int request) {
    int user = users.userOfRequest(request);
    return inLog(user, rowsOf(user).requestStart(requestInPart(user, request)));
  }

  @Override
  public long requestEnd(int request) {
    int user = users.userOfRequest(request);
    return inLog(user, rowsOf(user).requestEnd(requestInPart(user, request)));
  }

  private int requestInPart(int user, int request) {
    return request - users.firstRequest(user) + users.firstRequestInPart(user);
  }

  private long inLog(int user, long rowInPart) {
    return rowInPart - rowsOf(user).userStart(users.placeIn(user)) + starts[user];
  }

  @Override
  public List<String> contextColumns() {
    return parts[0].contextColumns();
  }

  @Override
  public ContextColumn context(String name) {
    ContextColumn[] columns = new ContextColumn[parts.length];
    for (int part = 0; part < parts.length; part++) {
      columns[part] = parts[part].context(name);
    }
    return new ContextColumn() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public boolean numeric() {
        return columns[0].numeric();
      }

      @Override
      public double value(long row) {
        int user = user(row);
        return columns[users.partOf(user)].value(inPart(user, row));
      }

      @Override
      public int cardinality() {
        return columns[0].cardinality();
      }

      @Override
      public String text(int code) {
        return columns[0].text(code);
      }
    };
  }
}
