package dev.twotower.trainer.loss;

import dev.twotower.masking.NegativesPlan;

/** What a positive is to its query's sums, as factors and shifts of its column's logit. */
record PositiveTerms(NegativesPlan plan, LossTerms terms, ColumnBiases columns) {
  /** What turns the logit of the positive's column into the logit of the positive itself. */
  float ownShift(int positive) {
    int column = plan.positiveColumn(positive);
    return -columns.logWeight()[column] + terms.columnLogQ()[column] - terms.logQ(positive, column);
  }

  /** The part of its column's exponential that is a negative of the query's other positives. */
  float othersFactor(int positive) {
    return plan.othersWeight(positive) / plan.columnWeight(plan.positiveColumn(positive));
  }

  /** The part that is a negative of its own anchors. */
  float ownFactor(int positive) {
    return plan.ownWeight(positive) / plan.columnWeight(plan.positiveColumn(positive));
  }

  /**
   * What its anchors weigh. Without a negative there is nothing to learn: the anchor is counted,
   * not trained on (design 3.1).
   */
  float weight(int positive) {
    return learns(positive) ? terms.positiveWeight()[positive] : 0;
  }

  /** What is added to the gradient at its own logit, where the terms have it. */
  float ownGradient(int positive) {
    return learns(positive) ? terms.ownGradient().orElseThrow()[positive] : 0;
  }

  private boolean learns(int positive) {
    return plan.negatives(positive) > 0;
  }
}
