package dev.twotower.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Workers;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowwiseAdagradTest {
  private static final Workers WORKERS = new Workers(2);

  private static final int ROWS = 6;
  private static final int WIDTH = 4;
  private static final float RATE = 0.3f;

  /** The formulas of the class, row by row in double precision. */
  private static void reference(
      double[] sums,
      double[][] weights,
      int row,
      float[] gradient,
      int from,
      double decay,
      double rate) {
    double squares = 0;
    for (int i = 0; i < WIDTH; i++) {
      squares += (double) gradient[from + i] * gradient[from + i] / WIDTH;
    }
    sums[row] += squares;
    for (int i = 0; i < WIDTH; i++) {
      double step = rate * gradient[from + i] / (Math.sqrt(sums[row]) + 1e-10);
      weights[row][i] = (1 - rate * decay) * weights[row][i] - step;
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 0.1f})
  void equalsThePlainReferenceAndLeavesOtherRowsAlone(float decay) {
    Random random = new Random(5);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray table = manager.ones(new Shape(ROWS, WIDTH));
      RowwiseAdagrad optimizer = new RowwiseAdagrad(manager, ROWS, new RowRates(RATE, decay, 1));
      double[][] weights = new double[ROWS][WIDTH];
      for (double[] row : weights) {
        Arrays.fill(row, 1);
      }
      double[] sums = new double[ROWS];
      for (int step = 0; step < 20; step++) {
        // The last row is never touched.
        long[] rows = {random.nextInt(3), 3 + random.nextInt(2)};
        float[] gradient = new float[rows.length * WIDTH];
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] = (float) random.nextGaussian();
        }
        // As a schedule would have it: up, then down.
        double factor = step < 4 ? (step + 1) / 4.0 : 1 - step / 20.0;
        update(manager, optimizer, table, rows, gradient, factor);
        for (int i = 0; i < rows.length; i++) {
          reference(sums, weights, (int) rows[i], gradient, i * WIDTH, decay, RATE * factor);
        }
      }
      float[] got = table.toFloatArray();
      for (int i = 0; i < got.length; i++) {
        assertThat((double) got[i]).isCloseTo(weights[i / WIDTH][i % WIDTH], within(1e-4));
      }
    }
  }

  private static void update(
      NDManager manager,
      RowwiseAdagrad optimizer,
      NDArray table,
      long[] rows,
      float[] gradient,
      double factor) {
    try (NDManager step = manager.newSubManager()) {
      NDArray numbers = step.create(rows);
      NDArray values = table.get(step, new NDIndex("{}", numbers));
      NDArray slope = step.create(gradient, new Shape(rows.length, WIDTH));
      optimizer.update(table, new RowGradients(numbers, values, slope), factor, WORKERS);
    }
  }
}
