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
 *   a_r += mean over the row of g^2 / (1 + (c - 1) rho)
 *   w_r  = (1 - c lr decay) w_r - lr g / (sqrt(a_r) + 1e-10)
 * </pre>
 *
 * with c = 1 where rows are not counted (the package has the derivation).
 */
final class RowwiseAdagrad implements RowOptimizer {
  private static final float EPSILON = 1e-10f;

  private final NDArray accumulator;
  private final RowRates rates;

  RowwiseAdagrad(NDManager manager, long rows, RowRates rates) {
    this.accumulator = manager.zeros(new Shape(rows, 1));
    this.rates = rates;
  }

  @Override
  public void update(NDArray weights, RowGradients touched) {
    NDArray gradient = touched.gradient();
    NDIndex at = new NDIndex("{}", touched.rows());
    NDArray squares = gradient.square().mean(new int[] {1}, true);
    touched
        .counts()
        .ifPresent(counts -> squares.divi(RowGradients.excess(counts, rates.alignment())));
    NDArray summed = accumulator.get(touched.rows().getManager(), at);
    summed.addi(squares);
    accumulator.set(at, summed);
    NDArray step = gradient.div(summed.sqrt().addi(EPSILON)).muli(rates.learningRate());
    weights.set(at, touched.decayed(rates.learningRate() * rates.decay()).sub(step));
  }

  @Override
  public Map<String, NDArray> state() {
    return Map.of("accumulator", accumulator);
  }

  @Override
  public String toString() {
    return "row-wise Adagrad(" + rates + ")";
  }
}
