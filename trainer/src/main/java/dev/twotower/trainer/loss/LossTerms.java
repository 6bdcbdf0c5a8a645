package dev.twotower.trainer.loss;

import java.util.Optional;

/**
 * What a batch adds to its plan before the loss can be computed.
 *
 * @param temperature tau, above 0
 * @param columnLogQ log q of each plan column, at least {@code plan.columns()} long
 * @param positiveWeight summed anchor weight v of each positive of the plan, at least {@code
 *     plan.positives()} long
 * @param withoutPositive empty: the usual loss, positive corrected and in the denominator. Present:
 *     the positive enters uncorrected and stays out of the denominator (arXiv 2507.09331); holds q
 *     of each positive as it would be corrected
 */
public record LossTerms(
    float temperature,
    float[] columnLogQ,
    float[] positiveWeight,
    Optional<float[]> withoutPositive) {
  public LossTerms {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "temperature " + temperature + " is not allowed; it must be above 0");
    }
  }

  public LossTerms(float temperature, float[] columnLogQ, float[] positiveWeight) {
    this(temperature, columnLogQ, positiveWeight, Optional.empty());
  }
}
