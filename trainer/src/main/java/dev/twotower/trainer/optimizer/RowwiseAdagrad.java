package dev.twotower.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Map;

/**
 * Adagrad with one accumulator a row (Duchi et al. 2011; row-wise as in Mudigere et al. 2022,
 * "Software-hardware co-design for fast and scalable training of deep learning recommendation
 * models"):
 *
 * <pre>
 *   a_r += mean over the row of g^2
 *   w_r  = (1 - lr decay) w_r - lr g / (sqrt(a_r) + 1e-10)
 * </pre>
 */
final class RowwiseAdagrad implements RowOptimizer {
  private static final float EPSILON = 1e-10f;

  private final NDArray accumulator;
  private final float learningRate;
  private final float decay;

  RowwiseAdagrad(NDManager manager, long rows, float learningRate, float decay) {
    this.accumulator = manager.zeros(new Shape(rows, 1));
    this.learningRate = learningRate;
    this.decay = decay;
  }

  @Override
  public void update(NDArray weights, NDArray rows, NDArray values, NDArray gradient) {
    NDIndex at = new NDIndex("{}", rows);
    NDArray summed = accumulator.get(rows.getManager(), at);
    summed.addi(gradient.square().mean(new int[] {1}, true));
    accumulator.set(at, summed);
    NDArray step = gradient.div(summed.sqrt().addi(EPSILON)).muli(learningRate);
    NDArray kept = decay == 0 ? values : values.mul(1 - learningRate * decay);
    weights.set(at, kept.sub(step));
  }

  @Override
  public Map<String, NDArray> state() {
    return Map.of("accumulator", accumulator);
  }

  @Override
  public String toString() {
    return "row-wise Adagrad(learningRate=%s, weightDecay=%s)".formatted(learningRate, decay);
  }
}
