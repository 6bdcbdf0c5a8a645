package dev.twotower.masking;

import java.util.Arrays;

/**
 * The ids of one batch, column by column, in buffers that are reused from batch to batch: first its
 * rows, each an anchor and a candidate, then any further candidates that are not anchors (drawn
 * from the catalogue, or rows of earlier batches; design 3.5).
 */
public final class BatchIds {
  /** The user of a candidate without a user: no user or context mask removes it. */
  public static final int NOBODY = -1;

  /**
   * The user of a candidate that was shown in its request: a negative for the anchors of that
   * request alone. {@link MaskSet#removes} says which; plans do not have them, as the loss adds
   * them to a query's sum.
   */
  public static final int SHOWN = -2;

  private final double[][] contexts;
  private int[] users = new int[0];
  private int[] requests = new int[0];
  private int[] items = new int[0];
  private int size;
  private int candidates;

  /**
   * @param contexts number of context columns, one for each of {@link MaskSet#contexts()}
   */
  public BatchIds(int contexts) {
    this.contexts = new double[contexts][0];
  }

  /** Empties the batch. */
  public void clear() {
    size = 0;
    candidates = 0;
  }

  /**
   * Appends a row.
   *
   * @param values the row's context values, in the order of {@link MaskSet#contexts()}; NaN where
   *     missing
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
    if (candidates > size) {
      throw new IllegalStateException(
          "the batch already has %d candidates that are not rows; append its rows first"
              .formatted(candidates - size));
    }
    appendCandidate(user, request, item);
    return size++;
  }

  /**
   * Appends a candidate that is not an anchor; all rows must be there already.
   *
   * @param user the user of the row it once was, or {@link #NOBODY}
   * @return its number, for {@link #setContext}
   */
  public int appendCandidate(int user, int request, int item) {
    if (candidates == users.length) {
      grow();
    }
    users[candidates] = user;
    requests[candidates] = request;
    items[candidates] = item;
    return candidates++;
  }

  /** Sets a context value; NaN where it is missing. */
  public void setContext(int context, int row, double value) {
    contexts[context][row] = value;
  }

  private void grow() {
    int capacity = Math.max(64, candidates * 2);
    users = Arrays.copyOf(users, capacity);
    requests = Arrays.copyOf(requests, capacity);
    items = Arrays.copyOf(items, capacity);
    for (int c = 0; c < contexts.length; c++) {
      contexts[c] = Arrays.copyOf(contexts[c], capacity);
    }
  }

  /** Rows in the batch, B: anchors and candidates 0..B-1. */
  public int size() {
    return size;
  }

  /** Rows and further candidates; those that are not rows are numbered from B. */
  public int candidates() {
    return candidates;
  }

  /** Whether the candidate is an item without a user. */
  boolean anonymous(int candidate) {
    return users[candidate] < 0;
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
}
