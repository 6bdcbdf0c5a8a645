package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * Both towers' passes over one batch after another. Results do not depend on the number of threads.
 * Serves one batch at a time; arrays belong to the batch's manager.
 */
public interface Towers {
  /**
   * Runs both towers forward.
   *
   * @param step owner of the batch's arrays
   * @param inputs what the towers read
   * @param touched the rows of each table that the batch touches
   */
  void forward(NDManager step, TowerInputs inputs, Map<String, long[]> touched);

  /** Unit vectors of the user tower's inputs, n x dim, outside any graph. */
  NDArray users();

  /** Unit vectors of the item tower's inputs, n x dim, outside any graph. */
  NDArray items();

  /**
   * Runs both towers backward.
   *
   * @param users dL/d(users)
   * @param items dL/d(items)
   */
  void backward(NDArray users, NDArray items);

  /** The numbers of the touched rows by table, int64. */
  Map<String, NDArray> rows();

  /** The values of the touched rows by table. */
  Map<String, NDArray> values();

  /** dL/d(values) by table, after the backward pass. */
  Map<String, NDArray> rowGradients();

  /** The gradient of all dense parameters, flat, after the backward pass; null without any. */
  NDArray denseGradient();
}
