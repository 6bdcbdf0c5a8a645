package dev.twotower.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Workers;
import dev.twotower.trainer.script.WorkArrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * with c = 1 where rows are not counted, and where they are counted as independent (the package has
 * the derivation).
 */
final class RowwiseAdagrad implements RowOptimizer {
  private final NDArray accumulator;
  private final RowRates rates;
  private final WorkArrays arrays;

  RowwiseAdagrad(NDManager manager, long rows, RowRates rates) {
    this.accumulator = manager.zeros(new Shape(rows, 1));
    this.rates = rates;
    this.arrays = new WorkArrays(manager, 3);
  }

  @Override
  public void update(NDArray weights, RowGradients touched, double factor, Workers workers) {
    RowRates now = rates.times(factor);
    Optional<RowKernels> kernels = RowKernels.on(weights.getDevice());
    if (kernels.isPresent()) {
      kernels.get().adagrad(weights, accumulator, touched, now);
      return;
    }
    List<NDArray> counts = touched.counts().map(List::of).orElse(List.of());
    RowScript.each(
        workers,
        arrays,
        touched.gradient(),
        (scratch, from, to) ->
            RowScript.SCRIPT.run(
                "adagrad",
                weights,
                accumulator,
                touched.rows(),
                touched.values(),
                touched.gradient(),
                counts,
                scratch,
                now.learningRate(),
                now.decay(),
                now.alignment(),
                from,
                to));
  }

  @Override
  public void forget(double kept) {
    accumulator.muli(kept);
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
