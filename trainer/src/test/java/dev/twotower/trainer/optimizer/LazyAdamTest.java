package dev.twotower.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LazyAdamTest {
  private static final Workers WORKERS = new Workers(2);

  private static final float RATE = 0.1f;

  /** What a schedule multiplies the rate by, step by step. */
  private static final double[] FACTORS = {0.5, 1, 0.25};

  /** Rows of one number; each step's rows and gradients. Row 2 is met once, row 3 never. */
  private static final long[][] ROWS = {{0, 1}, {0, 2}, {1, 0}};

  private static final float[][] GRADIENTS = {{0.5f, -2}, {-1, 3}, {0.25f, 4}};

  /**
   * Kingma and Ba 2015, algorithm 1, with each row's own count of steps, after decay: {@code w = (1
   * - lr decay) w - lr m/(1-0.9^t) / (sqrt(v/(1-0.999^t)) + 1e-8)}.
   */
  @ParameterizedTest
  @ValueSource(floats = {0, 0.2f})
  void threeStepsAreThoseOfTheFormulas(float decay) {
    double[] weight = {1, -1, 0.5, 2};
    double[] mean = new double[4];
    double[] variance = new double[4];
    int[] steps = new int[4];
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray table = manager.create(new float[] {1, -1, 0.5f, 2}, new Shape(4, 1));
      LazyAdam optimizer = new LazyAdam(manager, 4, 1, new RowRates(RATE, decay, 1));
      for (int step = 0; step < 3; step++) {
        NDArray rows = manager.create(ROWS[step]);
        NDArray values = table.get(manager, new NDIndex("{}", rows));
        optimizer.update(
            table,
            new RowGradients(rows, values, manager.create(GRADIENTS[step], new Shape(2, 1))),
            FACTORS[step],
            WORKERS);
        double rate = RATE * FACTORS[step];
        for (int i = 0; i < 2; i++) {
          int row = (int) ROWS[step][i];
          double gradient = GRADIENTS[step][i];
          steps[row]++;
          mean[row] = 0.9 * mean[row] + 0.1 * gradient;
          variance[row] = 0.999 * variance[row] + 0.001 * gradient * gradient;
          double first = mean[row] / (1 - Math.pow(0.9, steps[row]));
          double second = variance[row] / (1 - Math.pow(0.999, steps[row]));
          weight[row] =
              (1 - rate * decay) * weight[row] - rate * first / (Math.sqrt(second) + 1e-8);
        }
        float[] got = table.toFloatArray();
        for (int row = 0; row < 4; row++) {
          assertThat((double) got[row])
              .as("row %d after step %d", row, step + 1)
              .isCloseTo(weight[row], within(1e-5));
        }
      }
      assertThat(table.toFloatArray()[3]).isEqualTo(2);
    }
  }
}
