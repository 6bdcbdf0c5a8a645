package dev.twotower.masking;

import java.util.function.IntConsumer;

/**
 * A plan made from another: all that a subclass leaves alone is the other's. Changed weights have
 * to agree with each other, see {@link NegativesPlan}.
 */
public abstract class FilterNegativesPlan implements NegativesPlan {
  /** The plan filtered; set anew for each batch. */
  protected NegativesPlan plan;

  @Override
  public BatchIndex index() {
    return plan.index();
  }

  @Override
  public int queries() {
    return plan.queries();
  }

  @Override
  public int columns() {
    return plan.columns();
  }

  @Override
  public int queryRequest(int query) {
    return plan.queryRequest(query);
  }

  @Override
  public int columnItem(int column) {
    return plan.columnItem(column);
  }

  @Override
  public float columnWeight(int column) {
    return plan.columnWeight(column);
  }

  @Override
  public void columnsOf(int item, IntConsumer sink) {
    plan.columnsOf(item, sink);
  }

  @Override
  public void overrides(int query, OverrideSink sink) {
    plan.overrides(query, sink);
  }

  @Override
  public int positiveStart(int query) {
    return plan.positiveStart(query);
  }

  @Override
  public int positiveColumn(int positive) {
    return plan.positiveColumn(positive);
  }

  @Override
  public float othersWeight(int positive) {
    return plan.othersWeight(positive);
  }

  @Override
  public float ownWeight(int positive) {
    return plan.ownWeight(positive);
  }

  @Override
  public long negatives(int positive) {
    return plan.negatives(positive);
  }

  @Override
  public int positiveRows(int positive) {
    return plan.positiveRows(positive);
  }

  @Override
  public int rowPositive(int row) {
    return plan.rowPositive(row);
  }
}
