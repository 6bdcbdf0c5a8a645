package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import dev.twotower.trainer.cuda.Transfer;

/** Rows of a matrix in another order, or some of them, or some several times. */
public final class GatheredRows {
  private GatheredRows() {}

  /**
   * The rows with these numbers; the matrix itself where they are 0, 1, 2, ... up to its last.
   * Gradients flow back to the matrix.
   *
   * @param owner of the numbers, and of a result that is not the matrix
   * @param matrix n x d
   * @param numbers below n
   */
  public static NDArray of(NDManager owner, NDArray matrix, int[] numbers) {
    if (isAll(matrix, numbers)) {
      return matrix;
    }
    NDArray at = Transfer.ints(owner, numbers, numbers.length);
    NDArray rows = Embedding.embedding(at, matrix, SparseFormat.DENSE).singletonOrThrow();
    rows.attach(owner);
    return rows;
  }

  /** Whether the numbers are 0, 1, 2, ... up to the matrix's last row. */
  public static boolean isAll(NDArray matrix, int[] numbers) {
    boolean all = numbers.length == matrix.getShape().get(0);
    for (int i = 0; all && i < numbers.length; i++) {
      all = numbers[i] == i;
    }
    return all;
  }
}
