package dev.twotower.data.dataset;

import java.util.List;

/**
 * A split whose rows belong to another one now.
 *
 * @param were the rows it had, for what is said of them all
 */
record NoInteractions(Interactions were) implements Interactions {
  private static IndexOutOfBoundsException noRow(long row) {
    return new IndexOutOfBoundsException("row " + row + " of a split without rows");
  }

  @Override
  public long rows() {
    return 0;
  }

  @Override
  public int user(long row) {
    throw noRow(row);
  }

  @Override
  public int item(long row) {
    throw noRow(row);
  }

  @Override
  public int request(long row) {
    throw noRow(row);
  }

  @Override
  public long time(long row) {
    throw noRow(row);
  }

  @Override
  public boolean timed() {
    return were.timed();
  }

  @Override
  public float weight(long row) {
    throw noRow(row);
  }

  @Override
  public long userStart(int user) {
    return 0;
  }

  @Override
  public long userEnd(int user) {
    return 0;
  }

  @Override
  public long requestStart(int request) {
    return 0;
  }

  @Override
  public long requestEnd(int request) {
    return 0;
  }

  @Override
  public List<String> contextColumns() {
    return were.contextColumns();
  }

  @Override
  public ContextColumn context(String name) {
    return were.context(name);
  }
}
