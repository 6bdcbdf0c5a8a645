package dev.twotower.trainer.contrastive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.data.tree.TargetSchedule;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Tiled loss = plain-Java reference = autograd, on every device there is. */
@Tag("gpu")
class GradedLossTest {
  @Provide
  Arbitrary<Device> devices() {
    return Arbitraries.of(
        Stream.concat(Stream.of(Device.cpu()), Arrays.stream(Engine.getInstance().getDevices(1)))
            .distinct()
            .toList());
  }

  @Provide
  Arbitrary<Float> temperatures() {
    return Arbitraries.of(1f, 0.3f, 0.1f, 0.05f, 0.01f);
  }

  @Provide
  Arbitrary<String> schedules() {
    return Arbitraries.of("1/0.5/0", "1/0", "0.8/0.8/0.3/0.1", "1/0.5/0.25/0.1/0");
  }

  @Property
  void equalsTheReference(
      @ForAll("devices") Device device,
      @ForAll("temperatures") float temperature,
      @ForAll("schedules") String schedule,
      @ForAll @IntRange(max = 3) int pairs,
      @ForAll long seed) {
    Scene scene = new Scene(schedule, pairs, seed);
    ReferenceGradedLoss expected =
        ReferenceGradedLoss.of(scene.vectors, scene.targets, temperature);
    for (int tile : new int[] {1, 23, 1 << 20}) {
      try (NDManager manager = NDManager.newBaseManager(device)) {
        GradedLoss.Result result =
            new GradedLoss(tile)
                .compute(manager, manager.create(scene.floats()), scene.targets, temperature);
        assertThat((double) result.loss().getFloat())
            .isCloseTo(expected.loss(), offset(1e-5 / temperature));
        assertThat(result.anchors()).isEqualTo(expected.anchors());
        assertClose(result.gradient(), expected.gradient(), temperature);
      }
    }
  }

  @Property(tries = 50)
  void autogradOverTheOpenLogitsGivesTheSame(
      @ForAll("devices") Device device, @ForAll("schedules") String schedule, @ForAll long seed) {
    Scene scene = new Scene(schedule, 2, seed);
    int size = scene.targets.size();
    float[] bias = new float[size * size];
    float[] share = new float[size * size];
    float[] anchor = new float[size];
    float[] totals = scene.targets.totals();
    for (int i = 0; i < size; i++) {
      anchor[i] = totals[i] > 0 ? 1 : 0;
      for (int j = 0; j < size; j++) {
        float weight = scene.targets.weight(i, j);
        bias[i * size + j] = weight < 0 ? -1e9f : 0;
        share[i * size + j] = totals[i] > 0 ? Math.max(0, weight) / totals[i] : 0;
      }
    }
    ReferenceGradedLoss expected = ReferenceGradedLoss.of(scene.vectors, scene.targets, 0.2);
    try (NDManager manager = NDManager.newBaseManager(device)) {
      NDArray z = manager.create(scene.floats());
      z.setRequiresGradient(true);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray logits =
            z.matMul(z.transpose()).div(0.2f).add(manager.create(bias, new Shape(size, size)));
        NDArray logSoftmax = logits.logSoftmax(1);
        NDArray perAnchor =
            logSoftmax
                .mul(manager.create(share, new Shape(size, size)))
                .sum(new int[] {1})
                .mul(manager.create(anchor));
        NDArray loss = perAnchor.sum().neg().div(Math.max(1, expected.anchors()));
        collector.backward(loss);
        assertThat((double) loss.getFloat()).isCloseTo(expected.loss(), offset(1e-4));
      }
      assertClose(z.getGradient(), expected.gradient(), 0.2);
    }
  }

  @Property
  void theOrderOfTheBatchDoesNotMatter(@ForAll long seed) {
    Scene scene = new Scene("1/0.5/0", 0, seed);
    ReferenceGradedLoss before = ReferenceGradedLoss.of(scene.vectors, scene.targets, 0.1);
    Scene turned = scene.reversed();
    ReferenceGradedLoss after = ReferenceGradedLoss.of(turned.vectors, turned.targets, 0.1);
    assertThat(after.loss()).isCloseTo(before.loss(), offset(1e-9));
    int last = scene.vectors.length - 1;
    for (int i = 0; i <= last; i++) {
      assertThat(after.gradient()[last - i]).containsExactly(before.gradient()[i], offset(1e-9));
    }
  }

  /** Whatever is ignored by everybody may as well not be in the batch. */
  @Property(tries = 50)
  void itemsWithoutACategoryChangeNothingAndGetNoGradient(@ForAll long seed) {
    Scene scene = new Scene("1/0.5/0", 0, seed);
    int size = scene.items.length;
    int[] kept =
        Arrays.stream(scene.items)
            .filter(item -> scene.tree.nodeOf(item) != scene.tree.root())
            .toArray();
    PairTargets without =
        PairTargets.of(scene.tree, TargetSchedule.THREE_CLASSES, kept, kept.length);
    double[][] keptVectors = new double[kept.length][];
    for (int i = 0, k = 0; i < size; i++) {
      if (scene.tree.nodeOf(scene.items[i]) != scene.tree.root()) {
        keptVectors[k++] = scene.vectors[i];
      }
    }
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      GradedLoss.Result all =
          new GradedLoss(64).compute(manager, manager.create(scene.floats()), scene.targets, 0.1f);
      ReferenceGradedLoss expected = ReferenceGradedLoss.of(keptVectors, without, 0.1);
      assertThat((double) all.loss().getFloat()).isCloseTo(expected.loss(), offset(1e-4));
      float[] gradient = all.gradient().toFloatArray();
      for (int i = 0; i < size; i++) {
        for (int d = 0; d < Scene.DIM; d++) {
          if (scene.tree.nodeOf(scene.items[i]) == scene.tree.root()) {
            assertThat(gradient[i * Scene.DIM + d]).isZero();
          }
        }
      }
    }
  }

  /**
   * Two departments. Items 0 and 1 share a leaf, 2 is on its sibling, 3 in the other department. At
   * 45 degrees from each other, tau = 1/2: item 0 has scores 2 cos 45 = 1.414 to item 1, 0 to item
   * 2, -1.414 to item 3; its targets are 1/1.5, 0.5/1.5 and 0.
   */
  @Example
  void smallNumbersByHand() {
    CategoryTree tree =
        CategoryTree.of(
            new int[] {-1, 0, 0, -1, 3},
            new String[] {"food", "fruit", "bread", "home", "lamps"},
            new int[] {1, 1, 2, 4});
    PairTargets targets =
        PairTargets.of(tree, TargetSchedule.THREE_CLASSES, new int[] {0, 1, 2, 3}, 4);
    double half = Math.sqrt(0.5);
    double[][] vectors = {{1, 0}, {half, half}, {0, 1}, {-half, half}};
    double first = logSumExp(2 * half, 0, -2 * half) - (2 * half / 1.5 + 0);
    double second = logSumExp(2 * half, 2 * half, 0) - (2 * half / 1.5 + 2 * half / 3);
    // Item 2 has two siblings: targets 1/2 and 1/2, scores 0 and 1.414; item 3 has no positive.
    double third = logSumExp(0, 2 * half, 2 * half) - (0 + 2 * half / 2);
    ReferenceGradedLoss result = ReferenceGradedLoss.of(vectors, targets, 0.5);
    assertThat(result.anchors()).isEqualTo(3);
    assertThat(result.loss()).isCloseTo((first + second + third) / 3, offset(1e-12));
  }

  @Example
  void aStepAgainstTheGradientBringsALeafTogetherAndDrivesTheUnrelatedApart() {
    Scene scene = new Scene("1/0.5/0", 0, 7);
    double before = ReferenceGradedLoss.of(scene.vectors, scene.targets, 0.1).loss();
    double[][] gradient = ReferenceGradedLoss.of(scene.vectors, scene.targets, 0.1).gradient();
    for (int i = 0; i < gradient.length; i++) {
      for (int d = 0; d < Scene.DIM; d++) {
        scene.vectors[i][d] -= 1e-3 * gradient[i][d];
      }
    }
    assertThat(ReferenceGradedLoss.of(scene.vectors, scene.targets, 0.1).loss()).isLessThan(before);
  }

  @Example
  void aBatchWithoutAPositivePairHasNoLossAndNoGradient() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      GradedLoss.Result result =
          new GradedLoss(64)
              .compute(manager, manager.ones(new Shape(3, 2)), PairTargets.negatives(3), 0.1f);
      assertThat(result.loss().getFloat()).isZero();
      assertThat(result.gradient().toFloatArray()).containsOnly(0f);
      assertThat(result.anchors()).isZero();
    }
  }

  private static double logSumExp(double... values) {
    return Math.log(Arrays.stream(values).map(Math::exp).sum());
  }

  private static void assertClose(NDArray actual, double[][] expected, double temperature) {
    float[] values = actual.toFloatArray();
    int width = expected.length == 0 ? 0 : expected[0].length;
    for (int i = 0; i < expected.length; i++) {
      for (int d = 0; d < width; d++) {
        assertThat((double) values[i * width + d])
            .as("row %d, place %d", i, d)
            .isCloseTo(expected[i][d], offset(2e-5 / temperature));
      }
    }
  }

  /** Items of a random tree of three levels with random unit vectors. */
  private static final class Scene {
    static final int DIM = 5;
    final CategoryTree tree;
    final int[] items;
    final double[][] vectors;
    final PairTargets targets;

    Scene(String schedule, int pairs, long seed) {
      this(new Random(seed), schedule, pairs);
    }

    private Scene(Random random, String schedule, int pairs) {
      int[] parent = new int[3 + random.nextInt(20)];
      for (int node = 0; node < parent.length; node++) {
        parent[node] = node < 2 ? -1 : random.nextInt(node);
      }
      String[] names = new String[parent.length];
      Arrays.setAll(names, node -> "c" + node);
      int[] itemNode = new int[2 + random.nextInt(30)];
      Arrays.setAll(itemNode, item -> random.nextInt(parent.length + 1) - 1);
      tree = CategoryTree.of(parent, names, itemNode);
      items = new int[itemNode.length];
      Arrays.setAll(items, item -> item);
      vectors = new double[items.length][DIM];
      for (double[] vector : vectors) {
        double norm = 0;
        for (int d = 0; d < DIM; d++) {
          vector[d] = random.nextGaussian();
          norm += vector[d] * vector[d];
        }
        for (int d = 0; d < DIM; d++) {
          vector[d] = (float) (vector[d] / Math.sqrt(norm));
        }
      }
      targets = PairTargets.of(tree, TargetSchedule.parse(schedule), items, items.length);
      for (int pair = 0; pair < pairs; pair++) {
        targets.raise(random.nextInt(items.length), random.nextInt(items.length), 0.75f);
      }
    }

    private Scene(CategoryTree tree, int[] items, double[][] vectors) {
      this.tree = tree;
      this.items = items;
      this.vectors = vectors;
      this.targets = PairTargets.of(tree, TargetSchedule.THREE_CLASSES, items, items.length);
    }

    Scene reversed() {
      int last = items.length - 1;
      int[] turned = new int[items.length];
      Arrays.setAll(turned, i -> items[last - i]);
      double[][] turnedVectors = new double[items.length][];
      Arrays.setAll(turnedVectors, i -> vectors[last - i]);
      return new Scene(tree, turned, turnedVectors);
    }

    float[][] floats() {
      float[][] floats = new float[vectors.length][DIM];
      for (int i = 0; i < floats.length; i++) {
        for (int d = 0; d < DIM; d++) {
          floats[i][d] = (float) vectors[i][d];
        }
      }
      return floats;
    }
  }
}
