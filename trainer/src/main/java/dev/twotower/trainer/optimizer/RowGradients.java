package dev.twotower.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * Some rows of a table, and what a batch found about them. All arrays belong to one manager.
 *
 * @param rows int64 row numbers, n, all distinct
 * @param values the rows as gathered, n x width
 * @param gradient dL/d(values), n x width
 * @param counts rows of the batch behind each gradient, float32, n x 1, from 1; empty where each
 *     gradient makes one step, whatever is behind it
 */
public record RowGradients(
    NDArray rows, NDArray values, NDArray gradient, Optional<NDArray> counts) {
  /** Rows that take one step each. */
  public RowGradients(NDArray rows, NDArray values, NDArray gradient) {
    this(rows, values, gradient, Optional.empty());
  }
}
