package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.twotower.data.parallel.Workers;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.LossConfig;

/**
 * The loss of a batch in the form that a configuration asks for, with its gradient. Every form is
 * the masked softmax loss under weights of its own (theory in the package description). Not safe
 * for use by several threads; results are deterministic on CPU.
 */
public final class BatchLoss {
  private final LossConfig config;
  private final TiledLoss tiled;
  private final TopKWeights topK;
  private final PooledWeights pooled;

  BatchLoss(LossConfig config, TiledLoss tiled, int tileElements) {
    this.config = config;
    this.tiled = tiled;
    this.topK = new TopKWeights(config.topK(), config.counting(), tileElements);
    this.pooled = new PooledWeights(config.bilateral().power());
  }

  /**
   * With tiles that suit the manager's device.
   *
   * @param manager owner of memory that one batch after another uses
   * @param workers the threads to use; results do not depend on their number
   */
  public static BatchLoss forDevice(NDManager manager, LossConfig config, Workers workers) {
    return new BatchLoss(config, TiledLoss.forDevice(manager, workers), TiledLoss.tileFor(manager));
  }

  /**
   * Computes loss and gradients.
   *
   * @param manager owner of the results; temporaries are freed before returning
   * @param plan which columns are negatives of which query, and how often
   * @param x query vectors, queries x d, each of norm at most 1, detached from any graph
   * @param y column vectors, columns x d, each of norm at most 1, detached from any graph
   * @param terms temperature, log q and weights
   */
  public LossGradients compute(
      NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    return switch (config.form()) {
      case SOFTMAX -> tiled.compute(manager, plan, x, y, terms);
      case TOP_K -> {
        float[] surprises = tiled.surprises(manager, plan, x, y, terms);
        TopKWeights.Weighed weighed = topK.weigh(manager, plan, x, y, terms, surprises);
        LossTerms weighted =
            terms.withPositiveWeight(weighed.weights()).withOwnGradient(weighed.ownGradient());
        LossGradients gradients = tiled.compute(manager, plan, x, y, weighted);
        gradients.inverseTemperature().subi((float) weighed.inverseTemperature());
        yield withLoss(manager, weighed.loss(), gradients);
      }
      case BILATERAL -> {
        float[] surprises = tiled.surprises(manager, plan, x, y, terms);
        float[] weights = pooled.weigh(plan, terms, surprises);
        yield withLoss(
            manager,
            pooled.loss(),
            tiled.compute(manager, plan, x, y, terms.withPositiveWeight(weights)));
      }
    };
  }

  private static LossGradients withLoss(NDManager manager, double loss, LossGradients gradients) {
    gradients.loss().close();
    return new LossGradients(
        manager.create((float) loss),
        gradients.queries(),
        gradients.columns(),
        gradients.inverseTemperature());
  }
}
