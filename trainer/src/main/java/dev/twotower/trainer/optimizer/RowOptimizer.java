package dev.twotower.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.twotower.data.parallel.Workers;
import dev.twotower.trainer.config.OptimizerConfig;
import java.util.Map;

/** Updates the rows of a table that a batch touched, and nothing else. */
public sealed interface RowOptimizer permits RowwiseAdagrad, LazyAdam {
  /** Creates the optimiser's state for a table. */
  @FunctionalInterface
  interface Factory {
    RowOptimizer create(NDManager manager, long rows, int width);
  }

  /** The optimiser a configuration asks for. */
  static Factory of(OptimizerConfig config) {
    RowRates rates =
        new RowRates(
            (float) config.tableLearningRate(),
            (float) config.tableWeightDecay(),
            switch (config.rowSteps()) {
              case BATCH, INDEPENDENT -> 0;
              case ALIGNED -> 1;
            });
    return switch (config.tables()) {
      case ROWWISE_ADAGRAD -> (manager, rows, width) -> new RowwiseAdagrad(manager, rows, rates);
      case LAZY_ADAM -> (manager, rows, width) -> new LazyAdam(manager, rows, width, rates);
    };
  }

  /**
   * One step of some rows.
   *
   * @param weights the table
   * @param factor what the learning rate is multiplied by, 0 to 1 ({@link RateSchedule})
   * @param workers the threads to use; results do not depend on their number
   */
  void update(NDArray weights, RowGradients touched, double factor, Workers workers);

  /**
   * Forgets a part of what the state has summed over all steps, which a state that forgets by
   * itself has none of.
   *
   * @param kept the share that stays, 0 to 1; 1 changes nothing
   */
  void forget(double kept);

  /** The state a checkpoint must hold. */
  Map<String, NDArray> state();
}
