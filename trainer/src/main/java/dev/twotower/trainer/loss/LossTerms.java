package dev.twotower.trainer.loss;

import dev.twotower.masking.NegativesPlan;
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
 * @param shown candidates that single queries see beside the plan's columns
 */
public record LossTerms(
    float temperature,
    float[] columnLogQ,
    float[] positiveWeight,
    Optional<float[]> positiveLogQ,
    Optional<LeftOut> leftOut,
    Optional<float[]> ownGradient,
    Optional<Shown> shown) {

  /**
   * Candidates of single queries: what their requests showed (design 15). Their vectors follow
   * those of the plan's columns, {@code width} for each query.
   *
   * @param width candidates of a query, at most; at least 1
   * @param logQ log q of each, queries x width; positive infinity where a query has fewer
   */
  public record Shown(int width, float[] logQ) {}

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
    this(
        temperature,
        columnLogQ,
        positiveWeight,
        positiveLogQ,
        leftOut,
        Optional.empty(),
        Optional.empty());
  }

  /** The same with other weights. */
  LossTerms withPositiveWeight(float[] weight) {
    return new LossTerms(
        temperature, columnLogQ, weight, positiveLogQ, leftOut, ownGradient, shown);
  }

  /** The same with a gradient of the positives beside that of the weighted sum. */
  LossTerms withOwnGradient(float[] gradient) {
    return new LossTerms(
        temperature,
        columnLogQ,
        positiveWeight,
        positiveLogQ,
        leftOut,
        Optional.of(gradient),
        shown);
  }

  /** The same with candidates of single queries. */
  public LossTerms withShown(Shown candidates) {
    return new LossTerms(
        temperature,
        columnLogQ,
        positiveWeight,
        positiveLogQ,
        leftOut,
        ownGradient,
        Optional.of(candidates));
  }

  /** Vectors of columns that the loss needs. */
  int vectors(NegativesPlan plan) {
    return plan.columns() + shown.map(each -> each.width() * plan.queries()).orElse(0);
  }

  /** What is subtracted from the scaled score of a positive at its own anchors. */
  float logQ(int positive, int column) {
    return leftOut.isPresent()
        ? 0
        : positiveLogQ.isPresent() ? positiveLogQ.get()[positive] : columnLogQ[column];
  }
}
