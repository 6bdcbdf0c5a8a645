package dev.twotower.trainer.loss;

import java.util.Optional;

/**
 * What a batch adds to its plan before the loss can be computed.
 *
 * @param temperature tau, above 0
 * @param columnLogQ log q of each plan column, at least {@code plan.columns()} long
 * @param positiveWeight summed anchor weight v of each positive of the plan, at least {@code
 *     plan.positives()} long
 * @param positiveLogQ log q of each positive at its own anchors, where it is not that of its
 *     column; at least {@code plan.positives()} long
 * @param leftOut present: the positive enters uncorrected and stays out of the denominator (arXiv
 *     2507.09331); {@code positiveLogQ} is not used then
 * @param ownGradient added to the gradient at each positive's own logit, for forms of the loss that
 *     are more than a weighted sum; at least {@code plan.positives()} long
 */
public record LossTerms(
    float temperature,
    float[] columnLogQ,
    float[] positiveWeight,
    Optional<float[]> positiveLogQ,
    Optional<LeftOut> leftOut,
    Optional<float[]> ownGradient) {

  /**
   * What leaving a positive out does to the estimate of the partition function from its negatives:
   * {@code share / draws} times their sum of {@code e^l} estimates the sum of {@code e^(s/tau)}
   * over the other items.
   *
   * @param share for each positive of the plan, what the proposal leaves for other items: 1 - q(p)
   * @param draws for each positive of the plan, how many draws from the proposal its negatives are,
   *     above 0
   */
  public record LeftOut(float[] share, float[] draws) {}

  public LossTerms {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "temperature " + temperature + " is not allowed; it must be above 0");
    }
  }

  /** The usual loss: the positive is corrected as its column is. */
  public LossTerms(float temperature, float[] columnLogQ, float[] positiveWeight) {
    this(temperature, columnLogQ, positiveWeight, Optional.empty(), Optional.empty());
  }

  /** The loss as a weighted sum over anchors. */
  public LossTerms(
      float temperature,
      float[] columnLogQ,
      float[] positiveWeight,
      Optional<float[]> positiveLogQ,
      Optional<LeftOut> leftOut) {
    this(temperature, columnLogQ, positiveWeight, positiveLogQ, leftOut, Optional.empty());
  }

  /** The same with other weights. */
  LossTerms withPositiveWeight(float[] weight) {
    return new LossTerms(temperature, columnLogQ, weight, positiveLogQ, leftOut, ownGradient);
  }

  /** The same with a gradient of the positives beside that of the weighted sum. */
  LossTerms withOwnGradient(float[] gradient) {
    return new LossTerms(
        temperature, columnLogQ, positiveWeight, positiveLogQ, leftOut, Optional.of(gradient));
  }

  /** What is subtracted from the scaled score of a positive at its own anchors. */
  float logQ(int positive, int column) {
    return leftOut.isPresent()
        ? 0
        : positiveLogQ.isPresent() ? positiveLogQ.get()[positive] : columnLogQ[column];
  }
}
