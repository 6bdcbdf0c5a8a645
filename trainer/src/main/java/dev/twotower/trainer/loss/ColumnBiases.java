package dev.twotower.trainer.loss;

import dev.twotower.masking.NegativesPlan;

/**
 * What is added to a column's score to make its logit: log weight - log q, shifted by an upper
 * bound of the logits.
 *
 * @param bias of each column
 * @param logWeight of each column
 * @param bounded whether the bound is close enough to all logits for their exponentials to be
 *     floats; otherwise a query's own maximum has to be taken away as well
 * @param shift what is taken away from all logits
 */
record ColumnBiases(float[] bias, float[] logWeight, boolean bounded, float shift) {
  /** Spread of logits (in nats) under which one bound for all of them cannot underflow a float. */
  private static final float SAFE_SPREAD = 60;

  private static final float[] NONE = {};

  static ColumnBiases of(NegativesPlan plan, LossTerms terms) {
    int columns = plan.columns();
    float[] bias = new float[columns];
    float[] logWeight = new float[columns];
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int column = 0; column < columns; column++) {
      float weight = plan.columnWeight(column);
      logWeight[column] = weight == 1 ? 0 : (float) Math.log(weight);
      bias[column] = logWeight[column] - terms.columnLogQ()[column];
      low = Math.min(low, bias[column]);
      high = Math.max(high, bias[column]);
    }
    for (int positive = 0; positive < plan.positives(); positive++) {
      float own = -terms.logQ(positive, plan.positiveColumn(positive));
      low = Math.min(low, own);
      high = Math.max(high, own);
    }
    for (float logQ : terms.shown().map(LossTerms.Shown::logQ).orElse(NONE)) {
      if (logQ < Float.POSITIVE_INFINITY) {
        low = Math.min(low, -logQ);
        high = Math.max(high, -logQ);
      }
    }
    float inverse = 1 / terms.temperature();
    boolean bounded = 2 * inverse + high - low <= SAFE_SPREAD;
    // Only ratios of exponentials matter: shift by an upper bound of the logits, |s| being at most
    // 1.
    float shift = bounded ? high + inverse : high;
    for (int column = 0; column < columns; column++) {
      bias[column] -= shift;
    }
    return new ColumnBiases(bias, logWeight, bounded, shift);
  }
}
