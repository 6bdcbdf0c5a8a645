package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.twotower.data.parallel.Workers;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.Precision;
import dev.twotower.trainer.cuda.CudaDevice;
import java.util.Optional;

/**
 * The loss of a batch in the form that a configuration asks for, with its gradient. Every form is
 * the masked softmax loss under weights of its own (theory in the package description). Not safe
 * for use by several threads; results are deterministic on CPU.
 */
public final class BatchLoss {
  private final LossConfig config;
  private final MaskedLoss masked;

  /** Where single queries see more than the columns. */
  private final MaskedLoss withShown;

  private final TopKWeights topK;
  private final PooledWeights pooled;

  BatchLoss(LossConfig config, MaskedLoss masked, int tileElements) {
    this(config, masked, masked, tileElements);
  }

  private BatchLoss(LossConfig config, MaskedLoss masked, MaskedLoss withShown, int tileElements) {
    this.config = config;
    this.masked = masked;
    this.withShown = withShown;
    this.topK = new TopKWeights(config.topK(), config.counting(), tileElements);
    this.pooled = new PooledWeights(config.bilateral().power());
  }

  /**
   * With tiles that suit the manager's device.
   *
   * @param manager owner of memory that one batch after another uses
   * @param workers the threads to use; results do not depend on their number
   * @param precision of a GPU's products
   */
  public static BatchLoss forDevice(
      NDManager manager, LossConfig config, Workers workers, Precision precision) {
    Optional<CudaDevice> device = CudaDevice.of(manager.getDevice());
    MaskedLoss tiled = TiledLoss.forDevice(manager, workers);
    MaskedLoss masked =
        device.isPresent()
            ? new FusedLoss(
                device.get(), manager, precision, TiledLoss.GPU_TILE, FusedLoss.FEWEST_ROWS)
            : tiled;
    return new BatchLoss(config, masked, tiled, TiledLoss.tileFor(manager));
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
  public LossResult compute(
      NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    MaskedLoss masked = terms.shown().isPresent() ? withShown : this.masked;
    return switch (config.form()) {
      case SOFTMAX -> masked.compute(manager, plan, x, y, terms);
      case TOP_K -> {
        float[] surprises = masked.surprises(manager, plan, x, y, terms);
        TopKWeights.Weighed weighed = topK.weigh(manager, plan, x, y, terms, surprises);
        LossTerms weighted =
            terms.withPositiveWeight(weighed.weights()).withOwnGradient(weighed.ownGradient());
        LossResult gradients = masked.compute(manager, plan, x, y, weighted);
        yield withNumbers(manager, weighed.loss(), weighed.inverseTemperature(), gradients);
      }
      case BILATERAL -> {
        float[] surprises = masked.surprises(manager, plan, x, y, terms);
        float[] weights = pooled.weigh(plan, terms, surprises);
        yield withNumbers(
            manager,
            pooled.loss(),
            0,
            masked.compute(manager, plan, x, y, terms.withPositiveWeight(weights)));
      }
    };
  }

  /** The same gradients beside another loss, whose weights take something off dL/d(1/tau). */
  private static LossResult withNumbers(
      NDManager manager, double loss, double lessInverseTemperature, LossResult gradients) {
    LossResult.Read read = gradients.read();
    gradients.numbers().close();
    NDArray numbers =
        manager.create(
            new float[] {(float) loss, read.inverseTemperature() - (float) lessInverseTemperature});
    return new LossResult(numbers, gradients.queries(), gradients.columns());
  }
}
