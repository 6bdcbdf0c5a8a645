package dev.twotower.trainer.ids.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.twotower.data.random.Streams;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.data.tree.TargetSchedule;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.contrastive.PairTargets;
import dev.twotower.trainer.contrastive.TreeBatch;
import dev.twotower.trainer.ids.quantize.ReferenceQuantizer.Layer;
import dev.twotower.trainer.ids.quantize.ReferenceQuantizer.Losses;
import dev.twotower.trainer.ids.quantize.ReferenceQuantizer.Network;
import dev.twotower.trainer.ids.quantize.ReferenceQuantizer.Settings;
import dev.twotower.trainer.ids.quantize.ReferenceQuantizer.Stopped;
import dev.twotower.trainer.tensor.ArrayMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** The engine's losses and gradients against the definition in doubles. */
class QuantizerStepTest {
  private static final int DIMENSION = 5;
  private static final double STEP = 1e-5;

  /** Two branches with two leaves each. */
  private static final int[] PARENT = {-1, -1, 0, 0, 1, 1};

  /** Values of 1e15: the error's square is finite, that of its gradient is not. */
  @Test
  void aGradientThatIsNotFiniteChangesNothing() {
    QuantizeConfig config =
        QuantizeConfig.defaults().with("sizes=[3]", "hidden=[]", "latent=2", "category=2");
    float[][] vectors = new float[4][DIMENSION];
    for (float[] vector : vectors) {
      Arrays.fill(vector, (float) 1e15);
    }
    try (Quantizer quantizer = new Quantizer(config, DIMENSION, Device.cpu())) {
      QuantizerStep step =
          new QuantizerStep(quantizer, config, quantizer.manager().create(vectors));
      float[] before = quantizer.dense().weights().toFloatArray();
      QuantizerStep.Result result = step.run(new int[] {0, 1}, Optional.empty(), false, 0.1f);
      assertThat(result.reconstruction()).isFinite();
      assertThat(result.finite()).isFalse();
      assertThat(quantizer.dense().weights().toFloatArray()).containsExactly(before);
    }
  }

  @Property(tries = 12)
  void lossesAndGradientsAreThoseOfTheDefinition(
      @ForAll @IntRange(max = 100_000) int seed, @ForAll boolean head, @ForAll boolean deep) {
    UniformRandomProvider random = Streams.stream(seed, "quantizer-step-test");
    QuantizeConfig config =
        QuantizeConfig.defaults()
            .with(
                "sizes=[3,4]",
                "latent=" + (deep ? 3 : 0),
                "hidden=" + (deep ? "[4,3]" : "[]"),
                "category=3",
                "contrast=" + (head ? "head" : "output"),
                "commitment=0.4",
                "levelDecay=0.5",
                "device=cpu",
                "tree.lambda=0.3",
                "tree.temperature=0.5");
    int rows = 12;
    float[][] vectors = new float[rows][DIMENSION];
    fill(random, vectors);
    int[] items = {0, 3, 5, 7, 8};
    int[] treeItems = {1, 2, 4, 6, 9, 10, 11};
    int[] leaf = IntStream.range(0, rows).map(item -> 2 + item % 4).toArray();
    CategoryTree tree = CategoryTree.of(PARENT, new String[] {"a", "b", "c", "d", "e", "f"}, leaf);
    PairTargets targets =
        PairTargets.of(tree, TargetSchedule.THREE_CLASSES, treeItems, treeItems.length);

    try (Quantizer quantizer = new Quantizer(config, DIMENSION, Device.cpu())) {
      Map<String, NDArray> parameters = quantizer.named();
      randomise(random, parameters);
      ReferenceQuantizer reference = reference(parameters, config.levels(), head);
      Settings settings = new Settings(0.4, 0.3, 0.5, 0.5);
      double[][] x = rows(vectors, items);
      double[][] treeX = rows(vectors, treeItems);
      Stopped stopped = reference.stop(x, settings);
      Stopped treeStopped = reference.stop(treeX, settings);
      Supplier<Losses> losses =
          () -> reference.losses(x, stopped, treeX, treeStopped, targets, settings);

      QuantizerStep step =
          new QuantizerStep(quantizer, config, quantizer.manager().create(vectors));
      try (NDManager scratch = quantizer.manager().newSubManager()) {
        QuantizerStep.Result result =
            step.differentiate(
                scratch, items, Optional.of(new TreeBatch(treeItems, targets)), true);
        Losses expected = losses.get();
        assertThat(result.reconstruction()).isCloseTo(expected.reconstruction(), within(1e-4));
        assertThat(result.quantisation()).isCloseTo(expected.quantisation(), within(1e-4));
        assertThat(result.tree()).isCloseTo(expected.tree(), within(1e-4));
        for (int level = 0; level < config.levels(); level++) {
          int current = level;
          assertThat(result.codes()[level])
              .isEqualTo(
                  IntStream.range(0, items.length)
                      .map(i -> stopped.numbers()[i][current])
                      .toArray());
        }
        float[] gradient = quantizer.dense().gradient(scratch).toFloatArray();
        double[] derivatives =
            cells(reference).stream().mapToDouble(cell -> derivative(cell, losses)).toArray();
        double largest = DoubleStream.of(derivatives).map(Math::abs).max().orElseThrow();
        assertThat(gradient).hasSameSizeAs(derivatives);
        for (int p = 0; p < gradient.length; p++) {
          assertThat((double) gradient[p])
              .as("parameter %d", p)
              .isCloseTo(derivatives[p], within(1e-3 * largest));
        }
      }
    }
  }

  private static void fill(UniformRandomProvider random, float[][] vectors) {
    for (float[] vector : vectors) {
      for (int d = 0; d < vector.length; d++) {
        vector[d] = (float) (2 * random.nextDouble() - 1);
      }
    }
  }

  private static void randomise(UniformRandomProvider random, Map<String, NDArray> parameters) {
    for (NDArray array : parameters.values()) {
      ArrayMatrix matrix = new ArrayMatrix("", array);
      float[][] values = new float[matrix.rows()][matrix.dimension()];
      fill(random, values);
      for (int row = 0; row < values.length; row++) {
        matrix.write(row, values[row]);
      }
    }
  }

  private static double[][] rows(float[][] vectors, int[] items) {
    return IntStream.of(items)
        .mapToObj(item -> doubles(new float[][] {vectors[item]})[0])
        .toArray(double[][]::new);
  }

  private static double[][] doubles(float[][] values) {
    double[][] doubles = new double[values.length][values[0].length];
    for (int row = 0; row < values.length; row++) {
      for (int d = 0; d < values[row].length; d++) {
        doubles[row][d] = values[row][d];
      }
    }
    return doubles;
  }

  private static double[][] doubles(NDArray array) {
    ArrayMatrix matrix = new ArrayMatrix("", array);
    float[] flat = array.toFloatArray();
    double[][] values = new double[matrix.rows()][matrix.dimension()];
    for (int i = 0; i < flat.length; i++) {
      values[i / matrix.dimension()][i % matrix.dimension()] = flat[i];
    }
    return values;
  }

  private static ReferenceQuantizer reference(
      Map<String, NDArray> parameters, int levels, boolean head) {
    double[][][] codebooks = new double[levels][][];
    for (int level = 0; level < levels; level++) {
      codebooks[level] = doubles(parameters.get("level_" + (level + 1)));
    }
    return new ReferenceQuantizer(
        network(parameters, "encoder"),
        head ? network(parameters, "head") : null,
        network(parameters, "decoder"),
        codebooks);
  }

  private static Network network(Map<String, NDArray> parameters, String name) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; parameters.containsKey(name + "." + i + ".weight"); i++) {
      layers.add(
          new Layer(
              doubles(parameters.get(name + "." + i + ".weight")),
              doubles(parameters.get(name + "." + i + ".bias"))[0]));
    }
    return new Network(doubles(parameters.get(name + ".shortcut.weight")), layers);
  }

  /** One number of the reference's parameters. */
  private record Cell(double[] row, int at) {}

  /** All of them, in the order of the engine's flat gradient. */
  private static List<Cell> cells(ReferenceQuantizer reference) {
    List<double[]> rows = new ArrayList<>();
    for (Network network :
        new Network[] {reference.encoder(), reference.decoder(), reference.head()}) {
      if (network != null) {
        rows.addAll(List.of(network.shortcut()));
        for (Layer layer : network.layers()) {
          rows.addAll(List.of(layer.weight()));
          rows.add(layer.bias());
        }
      }
    }
    for (double[][] codebook : reference.codebooks()) {
      rows.addAll(List.of(codebook));
    }
    List<Cell> cells = new ArrayList<>();
    for (double[] row : rows) {
      IntStream.range(0, row.length).forEach(at -> cells.add(new Cell(row, at)));
    }
    return cells;
  }

  /** The central difference. */
  private static double derivative(Cell cell, Supplier<Losses> losses) {
    double value = cell.row()[cell.at()];
    cell.row()[cell.at()] = value + STEP;
    double above = losses.get().total();
    cell.row()[cell.at()] = value - STEP;
    double below = losses.get().total();
    cell.row()[cell.at()] = value;
    return (above - below) / (2 * STEP);
  }
}
