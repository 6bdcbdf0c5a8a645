package dev.twotower.trainer.serving.onnx;

import ai.djl.ndarray.NDArray;
import dev.twotower.trainer.tensor.ArrayMatrix;
import dev.twotower.trainer.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * A table with zeros in place of the rows that are not known.
 *
 * @param name the tensor's name
 * @param weights the table, its last row being the unknown row
 * @param known which ids keep their row
 */
record KnownTable(String name, NDArray weights, IntPredicate known) implements FloatMatrix {
  @Override
  public int rows() {
    return Math.toIntExact(weights.getShape().get(0));
  }

  @Override
  public int dimension() {
    return Math.toIntExact(weights.getShape().get(1));
  }

  @Override
  public void read(int from, int count, float[] into) {
    new ArrayMatrix(name, weights).read(from, count, into);
    int width = dimension();
    for (int i = 0; i < count; i++) {
      int row = from + i;
      if (row < rows() - 1 && !known.test(row)) {
        Arrays.fill(into, i * width, (i + 1) * width, 0);
      }
    }
  }
}
