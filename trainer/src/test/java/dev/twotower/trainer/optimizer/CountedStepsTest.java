package dev.twotower.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Workers;
import dev.twotower.trainer.optimizer.ReferenceRow.Kind;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;

/** What the package says of steps that count the rows of the batch behind them. */
class CountedStepsTest {
  private static final Workers WORKERS = new Workers(2);

  private static final int ROWS = 5;
  private static final int WIDTH = 3;
  private static final float RATE = 0.01f;

  private static RowOptimizer optimizer(NDManager manager, Kind kind, int width, RowRates rates) {
    return switch (kind) {
      case ADAGRAD -> new RowwiseAdagrad(manager, ROWS, rates);
      case ADAM -> new LazyAdam(manager, ROWS, width, rates);
    };
  }

  /** One step of some rows; {@code counts} is null where they do not count. */
  private static void step(
      NDArray table, RowOptimizer optimizer, long[] rows, float[] gradient, float[] counts) {
    try (NDManager step = table.getManager().newSubManager()) {
      NDArray numbers = step.create(rows);
      NDArray values = table.get(step, new NDIndex("{}", numbers));
      NDArray slope = step.create(gradient, new Shape(rows.length, gradient.length / rows.length));
      Optional<NDArray> behind =
          Optional.ofNullable(counts).map(c -> step.create(c, new Shape(c.length, 1)));
      optimizer.update(table, new RowGradients(numbers, values, slope, behind), 1, WORKERS);
    }
  }

  @Property(tries = 40)
  void equalTheReference(
      @ForAll Kind kind,
      @ForAll @FloatRange(min = 0, max = 1) float alignment,
      @ForAll @FloatRange(min = 0, max = 0.5f) float decay,
      @ForAll long seed) {
    Random random = new Random(seed);
    RowRates rates = new RowRates(RATE, decay, alignment);
    ReferenceRow[] references = new ReferenceRow[ROWS];
    Arrays.setAll(references, row -> new ReferenceRow(kind, new double[] {1, 1, 1}, rates));
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray table = manager.ones(new Shape(ROWS, WIDTH));
      RowOptimizer optimizer = optimizer(manager, kind, WIDTH, rates);
      for (int at = 0; at < 12; at++) {
        long[] rows = {random.nextInt(2), 2 + random.nextInt(3)};
        float[] counts = {1 + random.nextInt(9), 1 + 4 * random.nextFloat()};
        float[] gradient = new float[2 * WIDTH];
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] = (float) random.nextGaussian();
        }
        step(table, optimizer, rows, gradient, counts);
        for (int i = 0; i < 2; i++) {
          double[] own = new double[WIDTH];
          for (int j = 0; j < WIDTH; j++) {
            own[j] = gradient[i * WIDTH + j];
          }
          references[(int) rows[i]].update(own, counts[i]);
        }
      }
      float[] got = table.toFloatArray();
      for (int i = 0; i < got.length; i++) {
        assertThat((double) got[i])
            .isCloseTo(references[i / WIDTH].weights[i % WIDTH], within(2e-4));
      }
    }
  }

  /** Counts of 1 change nothing: under Adagrad not a bit, under Adam a rounding of the powers. */
  @Property(tries = 20)
  void oneRowIsOneStep(
      @ForAll Kind kind, @ForAll @FloatRange(min = 0, max = 1) float alignment, @ForAll long seed) {
    RowRates rates = new RowRates(RATE, 0.1f, alignment);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray[] tables = {
        manager.ones(new Shape(ROWS, WIDTH)), manager.ones(new Shape(ROWS, WIDTH))
      };
      for (int counted = 0; counted < 2; counted++) {
        Random random = new Random(seed);
        RowOptimizer optimizer = optimizer(manager, kind, WIDTH, rates);
        for (int at = 0; at < 6; at++) {
          float[] gradient = new float[2 * WIDTH];
          for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) random.nextGaussian();
          }
          long[] rows = {1, 4};
          step(
              tables[counted], optimizer, rows, gradient, counted == 0 ? null : new float[] {1, 1});
        }
      }
      float[] plain = tables[0].toFloatArray();
      float[] counted = tables[1].toFloatArray();
      if (kind == Kind.ADAGRAD) {
        assertThat(counted).isEqualTo(plain);
      } else {
        assertThat(counted).containsExactly(plain, within(1e-5f));
      }
    }
  }

  /** How far row 0 has gone after so many steps along gradients drawn by {@code random}. */
  private static double distance(
      Kind kind, RowRates rates, int batches, int rowsEach, boolean aligned, boolean counted) {
    // Many coordinates, so that the length of a random walk hardly varies.
    int width = 1024;
    Random random = new Random(7);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray table = manager.zeros(new Shape(ROWS, width));
      RowOptimizer optimizer = optimizer(manager, kind, width, rates);
      for (int batch = 0; batch < batches; batch++) {
        float[] gradient = new float[width];
        for (int i = 0; i < width; i++) {
          for (int row = 0; row < rowsEach; row++) {
            gradient[i] += aligned ? 0.3f : (float) random.nextGaussian();
          }
        }
        step(table, optimizer, new long[] {0}, gradient, counted ? new float[] {rowsEach} : null);
      }
      float[] got = table.toFloatArray();
      double squares = 0;
      for (int i = 0; i < width; i++) {
        squares += (double) got[i] * got[i];
      }
      return Math.sqrt(squares);
    }
  }

  private static double ratio(
      Kind kind, float alignment, boolean aligned, int rows, boolean counted) {
    RowRates rates = new RowRates(RATE, 0, alignment);
    int batches = 60;
    double together = distance(kind, rates, batches, rows, aligned, counted);
    double apart = distance(kind, rates, batches * rows, 1, aligned, false);
    return together / apart;
  }

  /**
   * T batches of c rows go as far as cT batches of one, if the gradients are what rho takes them to
   * be; a step that does not count falls behind by the factor that the package derives.
   */
  @Property(tries = 8)
  void cRowsInABatchGoAsFarAsInCBatches(
      @ForAll Kind kind, @ForAll boolean aligned, @ForAll @IntRange(min = 2, max = 9) int rows) {
    float alignment = aligned ? 1 : 0;
    // To first order: the first of c Adagrad steps goes farther, and Adam's moments go on.
    double slack = aligned ? 0.1 : 0.25;
    assertThat(ratio(kind, alignment, aligned, rows, true)).isCloseTo(1, within(slack));
    double behind =
        switch (kind) {
          case ADAGRAD -> aligned ? Math.sqrt(rows) : 1;
          case ADAM -> aligned ? rows : Math.sqrt(rows);
        };
    assertThat(behind * ratio(kind, alignment, aligned, rows, false)).isCloseTo(1, within(slack));
  }

  /** Independent rows need no counting under Adagrad: the same bits. */
  @Property(tries = 5)
  void independentRowsAreOneStepUnderAdagrad(@ForAll @IntRange(min = 2, max = 9) int rows) {
    RowRates rates = new RowRates(RATE, 0, 0);
    assertThat(distance(Kind.ADAGRAD, rates, 10, rows, false, true))
        .isEqualTo(distance(Kind.ADAGRAD, rates, 10, rows, false, false));
  }
}
