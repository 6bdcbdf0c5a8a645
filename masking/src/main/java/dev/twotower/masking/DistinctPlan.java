package dev.twotower.masking;

/**
 * A plan in which a distinct item counts once, however many candidates carry it ({@code counting:
 * unique} of design 3.4): c(m) = 1, and w(q,m) = 1 as long as a single candidate is left. Where
 * another plan spreads an item over several columns, they share its weight.
 */
public final class DistinctPlan extends FilterNegativesPlan {
  private BatchIndex index;
  private float[] left = new float[0];
  private boolean[] touched = new boolean[0];
  private int[] touchedItems = new int[0];
  private int touchedCount;
  private float[] columnLeft = new float[0];
  private long[] negatives = new long[0];

  /**
   * Plans the batch of another plan; what was planned before is gone.
   *
   * @param counted weighs each column by its candidates
   */
  public DistinctPlan plan(NegativesPlan counted) {
    this.plan = counted;
    this.index = counted.index();
    left = Buffers.atLeast(left, index.columns());
    touchedItems = Buffers.atLeast(touchedItems, index.columns());
    if (touched.length < index.columns()) {
      touched = new boolean[index.columns()];
    }
    columnLeft = Buffers.atLeast(columnLeft, counted.columns());
    if (negatives.length < counted.positives()) {
      negatives = new long[counted.positives()];
    }
    for (int query = 0; query < counted.queries(); query++) {
      int gone = load(query);
      clear();
      for (int positive = positiveStart(query); positive < positiveEnd(query); positive++) {
        negatives[positive] =
            index.columns() - gone - (long) othersWeight(positive) + (long) ownWeight(positive);
      }
    }
    return this;
  }

  /**
   * Works out what is left of each item that the query's masks touch; returns how many are gone.
   */
  private int load(int query) {
    plan.overrides(query, this::lose);
    int gone = 0;
    for (int at = 0; at < touchedCount; at++) {
      gone += left[touchedItems[at]] == 0 ? 1 : 0;
    }
    return gone;
  }

  private void lose(int column, float weight) {
    int item = plan.columnItem(column);
    if (!touched[item]) {
      touched[item] = true;
      touchedItems[touchedCount++] = item;
      left[item] = index.multiplicity(item);
      plan.columnsOf(item, each -> columnLeft[each] = plan.columnWeight(each));
    }
    left[item] -= columnLeft[column] - weight;
    columnLeft[column] = weight;
  }

  private void clear() {
    for (int at = 0; at < touchedCount; at++) {
      touched[touchedItems[at]] = false;
    }
    touchedCount = 0;
  }

  @Override
  public void overrides(int query, OverrideSink sink) {
    load(query);
    for (int at = 0; at < touchedCount; at++) {
      int item = touchedItems[at];
      plan.columnsOf(
          item,
          column -> {
            float weight = left[item] == 0 ? 0 : columnLeft[column] / left[item];
            if (weight != columnWeight(column)) {
              sink.accept(column, weight);
            }
          });
    }
    clear();
  }

  @Override
  public float columnWeight(int column) {
    return plan.columnWeight(column) / index.multiplicity(plan.columnItem(column));
  }

  @Override
  public float othersWeight(int positive) {
    return Math.min(1, plan.othersWeight(positive));
  }

  @Override
  public float ownWeight(int positive) {
    return Math.min(1, plan.ownWeight(positive));
  }

  /** {@inheritDoc} Here: distinct items. */
  @Override
  public long negatives(int positive) {
    return negatives[positive];
  }
}
