package dev.twotower.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.EngagedItems;
import dev.twotower.masking.MaskSet;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.masking.RandomBatches;
import dev.twotower.masking.RandomBatches.Case;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.LossConfig.Form;
import dev.twotower.trainer.config.LossConfig.Positive;
import java.util.Arrays;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Tiled loss on both plans = plain-Java reference = autograd, on every device there is. */
@Tag("gpu")
class TiledLossTest {
  /** Columns at a time: of one, of a few with a rest, all at once. */
  @Provide
  Arbitrary<Integer> tiles() {
    return Arbitraries.of(1, 9, 1 << 20);
  }

  @Provide
  Arbitrary<Case> cases() {
    return RandomBatches.casesWithCandidates();
  }

  @Provide
  Arbitrary<Device> devices() {
    return Arbitraries.of(
        Stream.concat(Stream.of(Device.cpu()), Arrays.stream(Engine.getInstance().getDevices(1)))
            .distinct()
            .toList());
  }

  /** Spreads on both sides of the bound under which the engine skips the running maximum. */
  @Provide
  Arbitrary<Float> temperatures() {
    return Arbitraries.of(1f, 0.3f, 0.1f, 0.05f, 0.02f, 0.01f);
  }

  @Property
  void bothEnginesEqualTheReference(
      @ForAll("cases") Case given,
      @ForAll("devices") Device device,
      @ForAll("temperatures") float temperature,
      @ForAll Positive positive,
      @ForAll Counting counting,
      @ForAll("tiles") int tile,
      @ForAll boolean byUser,
      @ForAll long seed) {
    LossScene example =
        new LossScene(given, temperature, Form.SOFTMAX, positive, counting, byUser, seed);
    ReferenceLoss expected = example.reference();
    for (NegativesPlan plan : example.plans()) {
      example.check(plan, tile, device, expected);
    }
  }

  @Property
  void autogradOverTheMaskedLogitsGivesTheSame(
      @ForAll("cases") Case given, @ForAll("devices") Device device, @ForAll long seed) {
    LossScene example = new LossScene(given, 0.2f, seed);
    ReferenceLoss expected = example.reference();
    BatchIds batch = given.batch();
    int size = batch.size();
    int candidates = batch.candidates();
    try (NDManager manager = NDManager.newBaseManager(device)) {
      NDArray x = manager.create(example.x(batch));
      NDArray y = manager.create(example.y(batch));
      x.setRequiresGradient(true);
      y.setRequiresGradient(true);
      float[] mask = new float[size * candidates];
      float[] weight = new float[size];
      for (int i = 0; i < size; i++) {
        boolean any = false;
        for (int k = 0; k < candidates; k++) {
          boolean negative = k != i && !given.masks().removes(batch, given.engaged(), i, k);
          any |= negative;
          mask[i * candidates + k] = negative || k == i ? 0 : Float.NEGATIVE_INFINITY;
        }
        weight[i] = any ? (float) example.weight[i] : 0;
      }
      double loss;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray bias = manager.create(example.rowLogQ(batch));
        NDArray logits =
            x.matMul(y.transpose())
                .div(0.2f)
                .sub(bias.reshape(1, candidates))
                .add(manager.create(mask, new Shape(size, candidates)));
        NDArray rows = y.get(new NDIndex().addSliceDim(0, size));
        NDArray own =
            x.mul(rows)
                .sum(new int[] {1})
                .div(0.2f)
                .sub(bias.get(new NDIndex().addSliceDim(0, size)));
        NDArray perAnchor = logits.exp().sum(new int[] {1}).log().sub(own);
        NDArray total = perAnchor.mul(manager.create(weight)).sum();
        collector.backward(total);
        loss = total.getFloat();
      }
      assertThat(loss).isCloseTo(expected.loss(), offset(1e-4));
      double[][] users = expected.userGradient();
      double[][] summed = new double[LossScene.REQUESTS][example.dim];
      float[] gradient = x.getGradient().toFloatArray();
      for (int i = 0; i < size; i++) {
        for (int d = 0; d < example.dim; d++) {
          summed[batch.request(i)][d] += gradient[i * example.dim + d];
        }
      }
      LossScene.assertClose(summed, users, 0.2);
    }
  }

  @Property
  void maskedCandidatesGetNoGradient(@ForAll("cases") Case given, @ForAll long seed) {
    new LossScene(given, 0.1f, seed).checkMaskedGradients();
  }

  @Property
  void aConstantAddedToLogQChangesNothing(@ForAll("cases") Case given, @ForAll long seed) {
    LossScene example = new LossScene(given, 0.1f, seed);
    double before = example.loss();
    for (int item = 0; item < example.logQ.length; item++) {
      example.logQ[item] -= 1.25;
    }
    assertThat(example.loss()).isCloseTo(before, offset(1e-4));
  }

  /**
   * Dividing log q by the temperature is the known trap. Two rows of two users, orthogonal items,
   * tau = 1/2, q = 1/4 for the positive and 3/4 for the negative: l(0,0) = 2 * 1 - log(1/4), l(0,1)
   * = 0 - log(3/4).
   */
  @Example
  void theTemperatureDividesTheScoreOnly() {
    BatchIds batch = new BatchIds(0);
    batch.add(0, 0, 0);
    batch.add(1, 1, 1);
    Case given = new Case(batch, MaskSet.parse("identity+user"), EngagedItems.none(), "two rows");
    LossScene example = new LossScene(given, 0.5f, 1);
    double[] first = new double[example.dim];
    double[] second = new double[example.dim];
    first[0] = 1;
    second[example.dim - 1] = 1;
    example.users[0] = first;
    example.users[1] = second;
    example.itemVectors[0] = first;
    example.itemVectors[1] = second;
    Arrays.fill(example.weight, 0);
    example.weight[0] = 1;
    example.logQ[0] = Math.log(0.25);
    example.logQ[1] = Math.log(0.75);
    double positive = Math.exp(2) / 0.25;
    double negative = 1 / 0.75;
    double right = -Math.log(positive / (positive + negative));
    double wrong =
        -Math.log(
            Math.exp(2 * (1 - Math.log(0.25)))
                / (Math.exp(2 * (1 - Math.log(0.25))) + Math.exp(-2 * Math.log(0.75))));
    assertThat(Math.abs(wrong - right)).isGreaterThan(0.01);
    assertThat(example.loss()).isCloseTo(right, offset(1e-6));
    assertThat(example.reference().loss()).isCloseTo(right, offset(1e-12));
  }
}
