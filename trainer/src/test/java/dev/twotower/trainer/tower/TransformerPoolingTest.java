package dev.twotower.trainer.tower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import dev.twotower.trainer.config.HistoryConfig;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The transformer of the engine against the one in plain doubles. */
class TransformerPoolingTest {
  private static final int LENGTH = 5;
  private static final int WIDTH = 6;

  /** Items of each history; the first fills all places. */
  private static final int[] COUNTS = {LENGTH, 1, 3, 0};

  private final Random random = new Random(11);
  private NDManager manager;

  /** What a pass gives and takes back. */
  private record Pass(float[] pooled, float[] toVectors, Map<String, float[]> toParameters) {}

  @BeforeEach
  void begin() {
    manager = NDManager.newBaseManager(Device.cpu());
  }

  @AfterEach
  void end() {
    manager.close();
  }

  /** Kinds of feedback in a history. */
  private static final int KINDS = 3;

  private TransformerPooling block(int layers, int heads, boolean gaps, boolean events) {
    TransformerPooling block =
        new TransformerPooling(
            new HistoryConfig(
                LENGTH, HistoryConfig.Pooling.TRANSFORMER, layers, heads, gaps, events, "item"),
            WIDTH,
            events ? KINDS : 0);
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 1), new Shape(1, 1));
    return block;
  }

  /** No parameter is 0 any more. */
  private Map<String, double[]> draw(TransformerPooling block) {
    Map<String, double[]> drawn = new LinkedHashMap<>();
    block
        .getParameters()
        .forEach(
            each -> {
              float[] values = draw((int) each.getValue().getArray().size());
              each.getValue().getArray().set(values);
              drawn.put(each.getKey(), doubles(values));
            });
    return drawn;
  }

  private float[] draw(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (0.7 * random.nextGaussian());
    }
    return values;
  }

  private static double[] doubles(float[] values) {
    double[] copy = new double[values.length];
    Arrays.setAll(copy, i -> values[i]);
    return copy;
  }

  private static float[] weights() {
    float[] weights = new float[COUNTS.length * LENGTH];
    for (int at = 0; at < weights.length; at++) {
      int count = COUNTS[at / LENGTH];
      weights[at] = at % LENGTH < count ? 1f / count : 0;
    }
    return weights;
  }

  private Pass pass(
      TransformerPooling block, float[] vectors, Map<String, int[]> codes, float[] gradient) {
    try (NDManager step = manager.newSubManager()) {
      Shape bags = new Shape(COUNTS.length, LENGTH);
      NDArray rows = step.create(vectors, new Shape(COUNTS.length, LENGTH, WIDTH));
      rows.setRequiresGradient(true);
      NDList inputs = new NDList(rows, step.create(weights(), bags));
      codes.values().forEach(each -> inputs.add(step.create(each, bags)));
      NDArray pooled;
      try (GradientCollector graph = Engine.getInstance().newGradientCollector()) {
        pooled = block.forward(new ParameterStore(step, false), inputs, true).singletonOrThrow();
        NDArray weighed = pooled.mul(step.create(gradient, pooled.getShape()));
        graph.backward(weighed.sum());
      }
      Map<String, float[]> toParameters = new LinkedHashMap<>();
      block
          .getParameters()
          .forEach(
              each ->
                  toParameters.put(
                      each.getKey(), each.getValue().getArray().getGradient().toFloatArray()));
      return new Pass(
          pooled.stopGradient().toFloatArray(), rows.getGradient().toFloatArray(), toParameters);
    }
  }

  /** Codes of all places, by what is read. */
  private Map<String, int[]> codes(boolean gaps, boolean events) {
    Map<String, int[]> codes = new LinkedHashMap<>();
    if (gaps) {
      codes.put("gaps", codes(TimeGaps.CODES));
    }
    if (events) {
      codes.put("events", codes(KINDS + 1));
    }
    return codes;
  }

  private int[] codes(int count) {
    int[] codes = new int[COUNTS.length * LENGTH];
    Arrays.setAll(codes, at -> weights()[at] > 0 ? random.nextInt(count) : 0);
    return codes;
  }

  private static double[] pooled(
      ReferenceTransformer reference, double[] vectors, Map<String, int[]> codes, int history) {
    double[][] items = new double[COUNTS[history]][];
    for (int place = 0; place < items.length; place++) {
      int from = (history * LENGTH + place) * WIDTH;
      items[place] = Arrays.copyOfRange(vectors, from, from + WIDTH);
    }
    int start = history * LENGTH;
    Map<String, int[]> own = new LinkedHashMap<>();
    codes.forEach(
        (name, all) -> own.put(name, Arrays.copyOfRange(all, start, start + items.length)));
    return reference.pool(items, own);
  }

  private static double loss(
      ReferenceTransformer reference,
      double[] vectors,
      Map<String, int[]> codes,
      float[] gradient) {
    double sum = 0;
    for (int history = 0; history < COUNTS.length; history++) {
      double[] pooled = pooled(reference, vectors, codes, history);
      for (int i = 0; i < WIDTH; i++) {
        sum += pooled[i] * gradient[history * WIDTH + i];
      }
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, false, false",
    "1, 3, true, false",
    "2, 2, true, true",
    "3, 1, false, true",
    "3, 1, false, false"
  })
  void equalsTheReferenceForwardAndBackward(int layers, int heads, boolean gaps, boolean events) {
    TransformerPooling block = block(layers, heads, gaps, events);
    Map<String, double[]> parameters = draw(block);
    ReferenceTransformer reference = new ReferenceTransformer(WIDTH, layers, heads, parameters);
    float[] vectors = draw(COUNTS.length * LENGTH * WIDTH);
    double[] exact = doubles(vectors);
    Map<String, int[]> codes = codes(gaps, events);
    float[] gradient = draw(COUNTS.length * WIDTH);
    Pass pass = pass(block, vectors, codes, gradient);
    for (int history = 0; history < COUNTS.length; history++) {
      double[] expected = pooled(reference, exact, codes, history);
      for (int i = 0; i < WIDTH; i++) {
        assertThat(pass.pooled()[history * WIDTH + i])
            .as("history %d", history)
            .isCloseTo((float) expected[i], within(2e-5f));
      }
    }
    checkGradient("vectors", exact, pass.toVectors(), reference, exact, codes, gradient);
    parameters.forEach(
        (name, values) ->
            checkGradient(
                name, values, pass.toParameters().get(name), reference, exact, codes, gradient));
  }

  /** Against differences of the reference. */
  private static void checkGradient(
      String name,
      double[] values,
      float[] found,
      ReferenceTransformer reference,
      double[] vectors,
      Map<String, int[]> codes,
      float[] gradient) {
    double small = 1e-6;
    for (int i = 0; i < values.length; i += 1 + values.length / 40) {
      double value = values[i];
      values[i] = value + small;
      double above = loss(reference, vectors, codes, gradient);
      values[i] = value - small;
      double below = loss(reference, vectors, codes, gradient);
      values[i] = value;
      double expected = (above - below) / (2 * small);
      assertThat((double) found[i])
          .as("gradient of %s [%d]", name, i)
          .isCloseTo(expected, within(2e-4 * Math.max(1, Math.abs(expected))));
    }
  }

  /** Whatever lies in places without an item is not read, and nothing goes back to it. */
  @Test
  void placesWithoutAnItemHaveNoAttention() {
    TransformerPooling block = block(2, 2, true, true);
    draw(block);
    float[] vectors = draw(COUNTS.length * LENGTH * WIDTH);
    Map<String, int[]> codes = codes(true, true);
    float[] gradient = draw(COUNTS.length * WIDTH);
    Pass pass = pass(block, vectors, codes, gradient);
    float[] weights = weights();
    float[] changed = vectors.clone();
    for (int at = 0; at < vectors.length; at++) {
      if (weights[at / WIDTH] == 0) {
        assertThat(pass.toVectors()[at]).isZero();
        changed[at] = 3 * random.nextFloat();
        codes.get("gaps")[at / WIDTH] = 7;
        codes.get("events")[at / WIDTH] = 2;
      }
    }
    float[] pooled = pass(block, changed, codes, gradient).pooled();
    int empty = (COUNTS.length - 1) * WIDTH;
    assertThat(Arrays.copyOf(pooled, empty)).isEqualTo(Arrays.copyOf(pass.pooled(), empty));
    for (int i = empty; i < pooled.length; i++) {
      assertThat(pooled[i]).isZero();
    }
  }

  /** Two layers deep, places 2 to 4 are as they were, whatever the items at places 0 and 1. */
  @Test
  void newerItemsDoNotChangeWhatComesOutAtOlderPlaces() {
    TransformerPooling block = block(3, 2, false, false);
    draw(block);
    float[] vectors = draw(LENGTH * WIDTH);
    float[] changed = vectors.clone();
    Arrays.fill(changed, 0, 2 * WIDTH, 0.25f);
    float[] before = twoLayers(block, vectors);
    float[] after = twoLayers(block, changed);
    int older = 2 * WIDTH;
    assertThat(Arrays.copyOfRange(after, older, after.length))
        .isEqualTo(Arrays.copyOfRange(before, older, before.length));
    for (int i = 0; i < older; i++) {
      assertThat(after[i]).isNotEqualTo(before[i]);
    }
  }

  private float[] twoLayers(TransformerPooling block, float[] vectors) {
    NDArray x = manager.create(vectors, new Shape(1, LENGTH, WIDTH));
    NDArray unused = manager.zeros(new Shape(1, 1, 1, LENGTH));
    ParameterStore store = new ParameterStore(manager, false);
    return block.older(store, x, unused, false).toFloatArray();
  }

  @Test
  void beginsAsTheMean() {
    TransformerPooling block = block(2, 2, true, true);
    float[] vectors = draw(COUNTS.length * LENGTH * WIDTH);
    float[] pooled = pass(block, vectors, codes(true, true), draw(COUNTS.length * WIDTH)).pooled();
    float[] weights = weights();
    for (int history = 0; history < COUNTS.length; history++) {
      for (int i = 0; i < WIDTH; i++) {
        float mean = 0;
        for (int place = history * LENGTH; place < (history + 1) * LENGTH; place++) {
          mean += weights[place] * vectors[place * WIDTH + i];
        }
        assertThat(pooled[history * WIDTH + i]).isCloseTo(mean, within(1e-6f));
      }
    }
  }
}
