package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.masking.NegativesPlan;

/** The masked softmax loss of a batch on a device; theory in the package description. */
interface MaskedLoss {
  /**
   * Computes loss and gradients.
   *
   * @param manager owner of the results; temporaries are freed before returning
   * @param plan which columns are negatives of which query, and how often
   * @param x query vectors, queries x d, each of norm at most 1, detached from any graph
   * @param y column vectors, columns x d, and those of the terms' shown candidates, each of norm at
   *     most 1, detached from any graph
   * @param terms temperature, log q and weights
   */
  LossResult compute(NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms);

  /**
   * How improbable the model finds each anchor, without gradients: {@code -log P}, at least 0, P
   * being the share of the positive in its denominator, also where it is left out of the loss's.
   *
   * @return by positive of the plan; arguments are those of {@link #compute}
   */
  float[] surprises(NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms);

  /** Refuses vectors that do not fit the plan. */
  static void check(NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    check("x", x, plan.queries());
    check("y", y, terms.vectors(plan));
  }

  private static void check(String name, NDArray vectors, int expected) {
    Shape shape = vectors.getShape();
    if (shape.dimension() != 2 || shape.get(0) != expected) {
      throw new IllegalArgumentException(
          "%s has shape %s; the plan needs (%d, d)".formatted(name, shape, expected));
    }
  }
}
