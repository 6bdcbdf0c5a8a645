package dev.twotower.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.engine.Engine;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.EngagedItems;
import dev.twotower.masking.MaskSet;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.masking.RandomBatches;
import dev.twotower.masking.RandomBatches.Case;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.LossConfig.Form;
import dev.twotower.trainer.config.LossConfig.Positive;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** The forms beside the plain softmax: both engines = plain-Java reference = its differences. */
@Tag("gpu")
class BatchLossTest {
  private static final double STEP = 1e-6;

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
  Arbitrary<Form> forms() {
    return Arbitraries.of(Form.TOP_K, Form.BILATERAL);
  }

  @Provide
  Arbitrary<Device> devices() {
    return Arbitraries.of(
        Stream.concat(Stream.of(Device.cpu()), Arrays.stream(Engine.getInstance().getDevices(1)))
            .distinct()
            .toList());
  }

  @Provide
  Arbitrary<Float> temperatures() {
    return Arbitraries.of(1f, 0.3f, 0.1f, 0.02f);
  }

  @Property
  void bothEnginesEqualTheReference(
      @ForAll("cases") Case given,
      @ForAll("forms") Form form,
      @ForAll("devices") Device device,
      @ForAll("temperatures") float temperature,
      @ForAll Positive positive,
      @ForAll Counting counting,
      @ForAll("tiles") int tile,
      @ForAll boolean byUser,
      @ForAll long seed) {
    LossScene example = new LossScene(given, temperature, form, positive, counting, byUser, seed);
    ReferenceLoss expected = example.reference();
    for (NegativesPlan plan : example.plans()) {
      example.check(plan, tile, device, expected);
    }
  }

  /** The thresholds of top-k are held while its loss is differentiated. */
  @Property
  void theGradientIsThatOfTheLoss(
      @ForAll("cases") Case given,
      @ForAll("forms") Form form,
      @ForAll Counting counting,
      @ForAll long seed) {
    LossScene example = new LossScene(given, 0.3f, form, Positive.CORRECTED, counting, false, seed);
    ReferenceLoss reference = example.reference();
    double[] thresholds =
        IntStream.range(0, given.batch().size())
            .mapToDouble(i -> form == Form.TOP_K ? example.form.threshold(reference, i) : 0)
            .toArray();
    LossScene held = new LossScene(example, example.form.hold(thresholds));
    BatchIds batch = given.batch();
    checkDifferences(
        held,
        example.users,
        reference.userGradient(),
        IntStream.range(0, batch.size()).map(batch::request));
    checkDifferences(
        held,
        example.itemVectors,
        reference.itemGradient(),
        IntStream.range(0, batch.candidates()).map(batch::item));
  }

  /**
   * @param met the vectors that the loss depends on: the others have no gradient
   */
  private static void checkDifferences(
      LossScene scene, double[][] at, double[][] gradient, IntStream met) {
    BitSet differs = met.collect(BitSet::new, BitSet::set, BitSet::or);
    for (int row = 0; row < at.length; row++) {
      if (!differs.get(row)) {
        assertThat(gradient[row]).as("not in the batch").containsOnly(0);
        continue;
      }
      for (int d = 0; d < scene.dim; d++) {
        double before = at[row][d];
        at[row][d] = before + STEP;
        double above = scene.reference().loss();
        at[row][d] = before - STEP;
        double below = scene.reference().loss();
        at[row][d] = before;
        assertThat(gradient[row][d]).isCloseTo((above - below) / (2 * STEP), offset(1e-6));
      }
    }
  }

  @Property
  void theOrderOfRowsDoesNotMatter(
      @ForAll("cases") Case given, @ForAll("forms") Form form, @ForAll long seed) {
    LossScene example = new LossScene(given, 0.2f, form, seed);
    BatchIds batch = given.batch();
    List<Integer> order = new ArrayList<>(IntStream.range(0, batch.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    int contexts = given.masks().contexts().size();
    BatchIds shuffled = new BatchIds(contexts);
    for (int row : order) {
      double[] context =
          IntStream.range(0, contexts).mapToDouble(c -> batch.context(c, row)).toArray();
      shuffled.add(batch.user(row), batch.request(row), batch.item(row), context);
    }
    for (int extra = batch.size(); extra < batch.candidates(); extra++) {
      int at = shuffled.appendCandidate(batch.user(extra), batch.request(extra), batch.item(extra));
      for (int c = 0; c < contexts; c++) {
        shuffled.setContext(c, at, batch.context(c, extra));
      }
    }
    LossScene other =
        new LossScene(
            new Case(shuffled, given.masks(), given.engaged(), "shuffled"), 0.2f, form, seed);
    for (int row = 0; row < order.size(); row++) {
      other.weight[row] = example.weight[order.get(row)];
    }
    for (NegativesPlan plan : other.plans()) {
      other.check(plan, 9, Device.cpu(), example.reference());
    }
  }

  @Property
  void maskedCandidatesGetNoGradient(
      @ForAll("cases") Case given, @ForAll("forms") Form form, @ForAll long seed) {
    new LossScene(given, 0.1f, form, seed).checkMaskedGradients();
  }

  /** All rows weigh alike where the temperature of top-k is high, or the power of bilateral low. */
  @Property
  void theLimitIsThePlainLoss(
      @ForAll("cases") Case given,
      @ForAll Positive positive,
      @ForAll Counting counting,
      @ForAll long seed) {
    LossScene plain = new LossScene(given, 0.3f, Form.SOFTMAX, positive, counting, false, seed);
    double[][] users = plain.reference().userGradient();
    for (ReferenceForm form :
        List.of(ReferenceForm.topK(2, 1e8, plain.logQ), ReferenceForm.bilateral(1e-8))) {
      ReferenceLoss limit = new LossScene(plain, form).reference();
      for (int user = 0; user < users.length; user++) {
        assertThat(limit.userGradient()[user]).containsExactly(users[user], offset(1e-5));
      }
      // Top-k counts the whole catalogue, and both -log P, also where the positive is left out.
      if (positive == Positive.CORRECTED && form.form() == Form.BILATERAL) {
        assertThat(limit.loss()).isCloseTo(plain.reference().loss(), offset(1e-5));
      }
    }
  }

  /**
   * Two users, four items, all four of them candidates and equally likely, K = 2. Scores of user 0:
   * 1, .8, .6, 0. It engaged with items 0 and 2: the second best is item 1, so that the anchor of
   * item 0 weighs 2 / (1 + e^(-.2/.5)) = 1.197 and that of item 2 2 / (1 + e^(.2/.5)) = .803.
   */
  @Example
  void anchorsAboveTheLastRecommendedItemWeighMore() {
    BatchIds batch = new BatchIds(0);
    batch.add(0, 0, 0);
    batch.add(0, 0, 2);
    batch.add(1, 3, 1);
    batch.add(1, 3, 3);
    Case given = new Case(batch, MaskSet.parse("identity"), EngagedItems.none(), "four rows");
    LossScene any = new LossScene(given, 0.5f, Form.TOP_K, 1);
    LossScene example =
        new LossScene(any, ReferenceForm.topK(2, 0.5, new double[RandomBatches.CATALOGUE]));
    double[] scores = {1, 0.8, 0.6, 0};
    Arrays.fill(example.logQ, Math.log(0.25));
    example.users[0] = new double[example.dim];
    example.users[0][0] = 1;
    for (int item = 0; item < scores.length; item++) {
      example.itemVectors[item] = new double[example.dim];
      example.itemVectors[item][0] = scores[item];
    }
    Arrays.fill(example.weight, 1);
    double[] weights = ReferenceForm.topK(2, 0.5, example.logQ).weights(example.reference());
    assertThat(weights[0]).isCloseTo(2 / (1 + Math.exp(-0.4)), offset(1e-12));
    assertThat(weights[1]).isCloseTo(2 / (1 + Math.exp(0.4)), offset(1e-12));
    for (NegativesPlan plan : example.plans()) {
      float[] engine = example.topKWeights(plan);
      assertThat((double) engine[plan.rowPositive(0)]).isCloseTo(weights[0], offset(1e-6));
      assertThat((double) engine[plan.rowPositive(1)]).isCloseTo(weights[1], offset(1e-6));
    }
  }

  /**
   * One user, two anchors of weight 1 with probabilities 1/2 and 1/8, power 1: their mean is 5/16,
   * and they weigh 2 * 4/5 and 2 * 1/5.
   */
  @Example
  void probableAnchorsOfAUserWeighMore() {
    double[] logits = {Math.log(1.0), Math.log(1.0 / 7)};
    BatchIds batch = new BatchIds(0);
    batch.add(0, 0, 0);
    batch.add(0, 0, 1);
    batch.add(1, 3, 2);
    Case given = new Case(batch, MaskSet.parse("identity+user"), EngagedItems.none(), "three rows");
    LossScene any = new LossScene(given, 1f, Form.BILATERAL, 1);
    LossScene example = new LossScene(any, ReferenceForm.bilateral(1));
    Arrays.fill(example.logQ, 0);
    Arrays.fill(example.weight, 1);
    example.weight[2] = 0;
    example.users[0] = new double[example.dim];
    example.users[0][0] = 1;
    double[] scores = {logits[0], logits[1], 0};
    for (int item = 0; item < scores.length; item++) {
      example.itemVectors[item] = new double[example.dim];
      example.itemVectors[item][0] = scores[item];
    }
    // The only negative of both scores 0: P = 1/(1+1) and (1/7)/(1/7+1).
    ReferenceLoss reference = example.reference();
    assertThat(reference.loss()).isCloseTo(-2 * Math.log(5.0 / 16), offset(1e-12));
    assertThat(example.loss()).isCloseTo(-2 * Math.log(5.0 / 16), offset(1e-6));
    double[] weights = example.form.weights(reference);
    assertThat(weights[0]).isCloseTo(1.6, offset(1e-12));
    assertThat(weights[1]).isCloseTo(0.4, offset(1e-12));
  }

  /**
   * How many items are at or above the threshold, on average over batches of 40 draws from a
   * catalogue with popularity 1/rank whose rare items score highest: K, nearly. Counting distinct
   * items would miss it by more than one.
   */
  @Example
  void theThresholdIsRightOnAverage() {
    int items = RandomBatches.CATALOGUE;
    Random random = new Random(4);
    double[] q = new double[items];
    Arrays.setAll(q, i -> 1.0 / (i + 1));
    double sum = Arrays.stream(q).sum();
    double above = 0;
    int batches = 400;
    int k = 5;
    for (int number = 0; number < batches; number++) {
      BatchIds batch = new BatchIds(0);
      batch.add(0, 0, draw(random, q, sum));
      for (int row = 1; row < 40; row++) {
        batch.add(1 + row, 3 + row % 30, draw(random, q, sum));
      }
      Case given = new Case(batch, MaskSet.parse("identity"), EngagedItems.none(), "drawn");
      LossScene any = new LossScene(given, 0.3f, Form.TOP_K, 7);
      LossScene scene = new LossScene(any, ReferenceForm.topK(k, 0.5, any.logQ));
      Arrays.setAll(scene.logQ, i -> Math.log(q[i] / sum));
      scene.users[0] = new double[scene.dim];
      scene.users[0][0] = 1;
      for (int item = 0; item < items; item++) {
        scene.itemVectors[item] = new double[scene.dim];
        scene.itemVectors[item][0] = (double) item / items;
      }
      double threshold = scene.form.threshold(scene.reference(), 0);
      above += (items - Math.round(threshold * items)) / (double) batches;
    }
    assertThat(above).isCloseTo(k, offset(0.7));
  }

  private static int draw(Random random, double[] q, double sum) {
    double left = random.nextDouble() * sum;
    int item = 0;
    while (item < q.length - 1 && left > q[item]) {
      left -= q[item++];
    }
    return item;
  }
}
