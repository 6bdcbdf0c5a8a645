package dev.twotower.masking;

import java.util.Arrays;

/**
 * The ids of one batch's rows, column by column, in buffers that are reused from batch to batch.
 */
public final class BatchIds {
  private final double[][] contexts;
  private int[] users = new int[0];
  private int[] requests = new int[0];
  private int[] items = new int[0];
  private int size;

  /**
   * @param contexts number of context columns, one for each of {@link MaskSet#contexts()}
   */
  public BatchIds(int contexts) {
    this.contexts = new double[contexts][0];
  }

  /** Empties the batch. */
  public void clear() {
    size = 0;
  }

  /**
   * Appends a row.
   *
   * @param values the row's context values, in the order of {@link MaskSet#contexts()}
   */
  public void add(int user, int request, int item, double... values) {
    if (values.length != contexts.length) {
      throw new IllegalArgumentException(
          "row has %d context values, the masks need %d".formatted(values.length, contexts.length));
    }
    int row = append(user, request, item);
    for (int c = 0; c < values.length; c++) {
      contexts[c][row] = values[c];
    }
  }

  /** Appends a row whose context values are set with {@link #setContext} afterwards. */
  public int append(int user, int request, int item) {
    if (size == users.length) {
      grow();
    }
    users[size] = user;
    requests[size] = request;
    items[size] = item;
    return size++;
  }

  public void setContext(int context, int row, double value) {
    contexts[context][row] = value;
  }

  private void grow() {
    int capacity = Math.max(64, size * 2);
    users = Arrays.copyOf(users, capacity);
    requests = Arrays.copyOf(requests, capacity);
    items = Arrays.copyOf(items, capacity);
    for (int c = 0; c < contexts.length; c++) {
      contexts[c] = Arrays.copyOf(contexts[c], capacity);
    }
  }

  /** Rows in the batch, B. */
  public int size() {
    return size;
  }

  public int user(int row) {
    return users[row];
  }

  public int request(int row) {
    return requests[row];
  }

  public int item(int row) {
    return items[row];
  }

  public double context(int context, int row) {
    return contexts[context][row];
  }

  int contexts() {
    return contexts.length;
  }
}
