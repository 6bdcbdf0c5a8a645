package dev.twotower.trainer.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.List;

/**
 * What a program's own loss terms hand back to the towers; the engine differentiates them.
 *
 * @param loss their sum
 * @param queries dL/d(queries)
 * @param columns dL/d(columns)
 */
record OwnGradients(double loss, NDArray queries, NDArray columns) {
  static OwnGradients of(
      NDManager step, PlannedBatch batch, List<OwnLoss> losses, NDArray queries, NDArray columns) {
    NDArray x = leaf(step, queries);
    NDArray y = leaf(step, columns);
    double sum = 0;
    try (GradientCollector graph = Engine.getInstance().newGradientCollector()) {
      // So that both have a gradient, whatever the terms use.
      NDArray surrogate = x.sum().add(y.sum()).mul(0);
      for (OwnLoss own : losses) {
        NDArray term = own.of(step, batch, x, y).sum();
        sum += term.getFloat();
        surrogate = surrogate.add(term);
      }
      if (Double.isFinite(sum)) {
        graph.backward(surrogate);
      }
    }
    return Double.isFinite(sum)
        ? new OwnGradients(sum, gradient(step, x), gradient(step, y))
        : new OwnGradients(sum, x.zerosLike(), y.zerosLike());
  }

  private static NDArray leaf(NDManager step, NDArray values) {
    NDArray leaf = values.duplicate();
    leaf.attach(step);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  private static NDArray gradient(NDManager step, NDArray leaf) {
    NDArray gradient = leaf.getGradient();
    gradient.attach(step);
    return gradient;
  }
}
