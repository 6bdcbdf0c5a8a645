package dev.twotower.masking;

import java.util.function.IntConsumer;

/**
 * The masked negatives of a batch as weighted columns: queries x columns with weights, overrides
 * and positives (theory in the package description). {@link DedupPlan} and {@link DensePlan} weigh
 * a column by the candidates in it; plans made from them may weigh otherwise, such as {@link
 * DistinctPlan}. A plan is valid until its planner plans the next batch into it.
 */
public interface NegativesPlan {
  /** Receives the columns whose weight for a query differs from the column's own. */
  @FunctionalInterface
  interface OverrideSink {
    /**
     * @param column the column
     * @param weight what is left of it for the query, at least 0
     */
    void accept(int column, float weight);
  }

  /** The index of the batch this plan was made from. */
  BatchIndex index();

  /** Rows of the score matrix. */
  int queries();

  /** Columns of the score matrix. */
  int columns();

  /** The distinct request (number in {@link #index()}) whose tower output is the query's. */
  int queryRequest(int query);

  /** The distinct item (column number in {@link #index()}) whose tower output is the column's. */
  int columnItem(int column);

  /** What the column weighs where nothing is removed from it: its candidates, c(m). */
  float columnWeight(int column);

  /** Visits the columns that carry a distinct item (a column number in {@link #index()}). */
  void columnsOf(int item, IntConsumer sink);

  /**
   * Sends every override of the query once, in no particular order; the query's positives may be
   * among them.
   */
  void overrides(int query, OverrideSink sink);

  /**
   * Lists of overrides, numbered from 0, that queries share, so that a plan of many queries need
   * not name each of their overrides.
   */
  default int overrideLists() {
    return queries();
  }

  /** Sends what is in a list, each column once. */
  default void overrideList(int list, OverrideSink sink) {
    overrides(list, sink);
  }

  /**
   * Sends the lists that hold the query's overrides. A column may be in several of them if nothing
   * is left of it in any; the query's positives may be missing.
   */
  default void overrideListsOf(int query, IntConsumer sink) {
    sink.accept(query);
  }

  /**
   * First positive of the query; positives of a query are consecutive and have distinct columns.
   */
  int positiveStart(int query);

  /** One past the last positive of the query. */
  default int positiveEnd(int query) {
    return positiveStart(query + 1);
  }

  /** Positives over all queries. */
  default int positives() {
    return positiveStart(queries());
  }

  int positiveColumn(int positive);

  /** Weight left in the positive's column for the <i>other</i> positives of its query, w(q,m). */
  float othersWeight(int positive);

  /** Weight left in the positive's column for its own anchors: 0 under {@code identity}. */
  float ownWeight(int positive);

  /** Valid negatives of each anchor of the positive. */
  long negatives(int positive);

  /** Rows of the batch behind the positive. */
  int positiveRows(int positive);

  /** The positive of a row. */
  int rowPositive(int row);

  /** Anchors without a valid negative (design 3.1). */
  default int anchorsWithoutNegatives() {
    int anchors = 0;
    for (int positive = 0; positive < positives(); positive++) {
      if (negatives(positive) == 0) {
        anchors += positiveRows(positive);
      }
    }
    return anchors;
  }

  /** Valid negatives summed over the batch's anchors. */
  default long validPairs() {
    long pairs = 0;
    for (int positive = 0; positive < positives(); positive++) {
      pairs += negatives(positive) * positiveRows(positive);
    }
    return pairs;
  }
}
