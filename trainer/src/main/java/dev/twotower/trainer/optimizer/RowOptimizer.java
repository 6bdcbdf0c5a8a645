package dev.twotower.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
    float learningRate = (float) config.tableLearningRate();
    float decay = (float) config.tableWeightDecay();
    return switch (config.tables()) {
      case ROWWISE_ADAGRAD ->
          (manager, rows, width) -> new RowwiseAdagrad(manager, rows, learningRate, decay);
      case LAZY_ADAM ->
          (manager, rows, width) -> new LazyAdam(manager, rows, width, learningRate, decay);
    };
  }

  /** One step; arguments as in {@code EmbeddingTable.update}. */
  void update(NDArray weights, NDArray rows, NDArray values, NDArray gradient);

  /** The state a checkpoint must hold. */
  Map<String, NDArray> state();
}
