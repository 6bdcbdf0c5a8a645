package dev.twotower.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam (Kingma and Ba 2015) with decoupled weight decay whose moments move only for the rows of the
 * batch; each row counts its own steps, so that bias correction is right for rows seen rarely.
 * beta1 0.9, beta2 0.999, epsilon 1e-8.
 */
final class LazyAdam implements RowOptimizer {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  private final NDArray mean;
  private final NDArray variance;
  private final NDArray steps;
  private final float learningRate;
  private final float decay;

  LazyAdam(NDManager manager, long rows, int width, float learningRate, float decay) {
    this.mean = manager.zeros(new Shape(rows, width));
    this.variance = manager.zeros(new Shape(rows, width));
    this.steps = manager.zeros(new Shape(rows, 1));
    this.learningRate = learningRate;
    this.decay = decay;
  }

  @Override
  public void update(NDArray weights, NDArray rows, NDArray values, NDArray gradient) {
    NDManager manager = rows.getManager();
    NDIndex at = new NDIndex("{}", rows);
    NDArray step = steps.get(manager, at).addi(1);
    steps.set(at, step);
    NDArray m = mean.get(manager, at).muli(BETA1).addi(gradient.mul(1 - BETA1));
    mean.set(at, m);
    NDArray v = variance.get(manager, at).muli(BETA2).addi(gradient.square().muli(1 - BETA2));
    variance.set(at, v);
    NDArray first = step.mul((float) Math.log(BETA1)).exp().negi().addi(1);
    NDArray second = step.mul((float) Math.log(BETA2)).exp().negi().addi(1);
    NDArray move = m.div(first).divi(v.div(second).sqrt().addi(EPSILON)).muli(learningRate);
    NDArray kept = decay == 0 ? values : values.mul(1 - learningRate * decay);
    weights.set(at, kept.sub(move));
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    state.put("mean", mean);
    state.put("variance", variance);
    state.put("steps", steps);
    return state;
  }

  @Override
  public String toString() {
    return "lazy Adam(learningRate=%s, weightDecay=%s)".formatted(learningRate, decay);
  }
}
