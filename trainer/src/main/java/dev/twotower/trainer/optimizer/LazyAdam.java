package dev.twotower.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Workers;
import dev.twotower.trainer.script.WorkArrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;

  private final NDArray mean;
  private final NDArray variance;
  private final NDArray steps;
  private final RowRates rates;
  private final WorkArrays arrays;

  LazyAdam(NDManager manager, long rows, int width, RowRates rates) {
    this.mean = manager.zeros(new Shape(rows, width));
    this.variance = manager.zeros(new Shape(rows, width));
    this.steps = manager.zeros(new Shape(rows, 1));
    this.rates = rates;
    this.arrays = new WorkArrays(manager, 3);
  }

  @Override
  public void update(NDArray weights, RowGradients touched, double factor, Workers workers) {
    RowRates now = rates.times(factor);
    Optional<RowKernels> kernels = RowKernels.on(weights.getDevice());
    if (kernels.isPresent()) {
      kernels
          .get()
          .adam(weights, mean, variance, steps, touched, now, Math.log(BETA1), Math.log(BETA2));
      return;
    }
    List<NDArray> counts = touched.counts().map(List::of).orElse(List.of());
    RowScript.each(
        workers,
        arrays,
        touched.gradient(),
        (scratch, from, to) ->
            RowScript.SCRIPT.run(
                "adam",
                weights,
                mean,
                variance,
                steps,
                touched.rows(),
                touched.values(),
                touched.gradient(),
                counts,
                scratch,
                BETA1,
                BETA2,
                Math.log(BETA1),
                Math.log(BETA2),
                now.learningRate(),
                now.decay(),
                now.alignment(),
                from,
                to));
  }

  /** Its moments are running means: nothing is summed. */
  @Override
  public void forget(double kept) {}

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
