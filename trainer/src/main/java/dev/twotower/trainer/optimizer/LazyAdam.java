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
 * beta1 0.9, beta2 0.999, epsilon 1e-8. Where rows of the batch count, the step of a row with c of
 * them stands for c steps (the package has the derivation):
 *
 * <pre>
 *   t += c
 *   m  = beta1^c m + (1 - beta1^c) g/c
 *   v  = beta2^c v + (1 - beta2^c) g^2 / (c (1 + (c - 1) rho))
 *   w  = (1 - c lr decay) w - c lr m/(1 - beta1^t) / (sqrt(v/(1 - beta2^t)) + 1e-8)
 * </pre>
 */
final class LazyAdam implements RowOptimizer {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  private final NDArray mean;
  private final NDArray variance;
  private final NDArray steps;
  private final RowRates rates;

  LazyAdam(NDManager manager, long rows, int width, RowRates rates) {
    this.mean = manager.zeros(new Shape(rows, width));
    this.variance = manager.zeros(new Shape(rows, width));
    this.steps = manager.zeros(new Shape(rows, 1));
    this.rates = rates;
  }

  @Override
  public void update(NDArray weights, RowGradients touched) {
    NDManager manager = touched.rows().getManager();
    NDArray gradient = touched.gradient();
    NDIndex at = new NDIndex("{}", touched.rows());
    NDArray step = steps.get(manager, at);
    NDArray m = mean.get(manager, at);
    NDArray v = variance.get(manager, at);
    if (touched.counts().isPresent()) {
      NDArray counts = touched.counts().get();
      step.addi(counts);
      NDArray kept = power(BETA1, counts);
      m.muli(kept).addi(gradient.mul(kept.neg().addi(1).divi(counts)));
      kept = power(BETA2, counts);
      NDArray alone = counts.mul(RowGradients.excess(counts, rates.alignment()));
      v.muli(kept).addi(gradient.square().muli(kept.neg().addi(1).divi(alone)));
    } else {
      step.addi(1);
      m.muli(BETA1).addi(gradient.mul(1 - BETA1));
      v.muli(BETA2).addi(gradient.square().muli(1 - BETA2));
    }
    steps.set(at, step);
    mean.set(at, m);
    variance.set(at, v);
    NDArray first = power(BETA1, step).negi().addi(1);
    NDArray second = power(BETA2, step).negi().addi(1);
    NDArray move = m.div(first).divi(v.div(second).sqrt().addi(EPSILON)).muli(rates.learningRate());
    touched.counts().ifPresent(move::muli);
    weights.set(at, touched.decayed(rates.learningRate() * rates.decay()).sub(move));
  }

  private static NDArray power(float base, NDArray exponents) {
    return exponents.mul((float) Math.log(base)).exp();
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
    return "lazy Adam(" + rates + ")";
  }
}
