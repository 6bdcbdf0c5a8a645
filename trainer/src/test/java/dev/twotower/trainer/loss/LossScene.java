package dev.twotower.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.twotower.data.parallel.Workers;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.DedupPlan;
import dev.twotower.masking.DensePlan;
import dev.twotower.masking.DistinctPlan;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.masking.RandomBatches;
import dev.twotower.masking.RandomBatches.Case;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.LossConfig.Form;
import dev.twotower.trainer.config.LossConfig.Positive;
import dev.twotower.trainer.correction.EngagedWeightsPlan;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.Random;

/** A random batch with vectors, corrections and weights. */
final class LossScene {
  static final int REQUESTS = 40;

  final Case given;
  final float temperature;
  final Positive positive;
  final Counting counting;
  final boolean byUser;
  final ReferenceForm form;
  final int dim;
  final double[][] users;
  final double[][] itemVectors;
  final double[] logQ;
  final double[] weight;

  /** The usual loss. */
  LossScene(Case given, float temperature, long seed) {
    this(given, temperature, Form.SOFTMAX, seed);
  }

  LossScene(Case given, float temperature, Form form, long seed) {
    this(given, temperature, form, Positive.CORRECTED, Counting.ROWS, false, seed);
  }

  LossScene(
      Case given,
      float temperature,
      Form form,
      Positive positive,
      Counting counting,
      boolean byUser,
      long seed) {
    Random random = new Random(seed);
    this.given = given;
    this.temperature = temperature;
    this.positive = positive;
    this.counting = counting;
    this.byUser = byUser;
    this.dim = 2 + random.nextInt(6);
    this.users = vectors(random, REQUESTS);
    this.itemVectors = vectors(random, RandomBatches.CATALOGUE);
    this.logQ = new double[RandomBatches.CATALOGUE];
    Arrays.setAll(logQ, i -> (float) -random.nextDouble() * 3 - 0.1);
    this.weight = new double[given.batch().size()];
    Arrays.setAll(weight, i -> (float) random.nextDouble());
    this.form =
        new ReferenceForm(
            form,
            1 + random.nextInt(4),
            0.1 + random.nextDouble(),
            logQ,
            0.1 + random.nextDouble(),
            new double[0]);
  }

  LossScene(LossScene like, ReferenceForm form) {
    this.given = like.given;
    this.temperature = like.temperature;
    this.positive = like.positive;
    this.counting = like.counting;
    this.byUser = like.byUser;
    this.dim = like.dim;
    this.users = like.users;
    this.itemVectors = like.itemVectors;
    this.logQ = like.logQ;
    this.weight = like.weight;
    this.form = form;
  }

  /** log q by user and item: smaller for the items that the user engaged with, where asked. */
  double logQ(int user, int item) {
    if (!byUser) {
      return logQ[item];
    }
    boolean[] engaged = new boolean[1];
    given.engaged().forEach(user, own -> engaged[0] |= own == item);
    return logQ[item] - (engaged[0] ? 0.3 + (user + item) % 5 * 0.4 : 0);
  }

  double share(int user, int item) {
    return 1 - Math.exp(logQ(user, item)) * (1 + user % 2) / 2;
  }

  private double[][] vectors(Random random, int count) {
    double[][] vectors = new double[count][dim];
    for (double[] vector : vectors) {
      double norm = 0;
      for (int d = 0; d < dim; d++) {
        vector[d] = random.nextGaussian();
        norm += vector[d] * vector[d];
      }
      for (int d = 0; d < dim; d++) {
        vector[d] = (float) (vector[d] / Math.sqrt(norm));
      }
    }
    return vectors;
  }

  ReferenceLoss reference() {
    return reference(given.batch());
  }

  private ReferenceLoss reference(BatchIds batch) {
    return ReferenceLoss.of(
        batch,
        given.masks(),
        given.engaged(),
        users,
        itemVectors,
        new ReferenceLoss.Terms(temperature, this::logQ, this::share, counting, positive, form),
        weight);
  }

  NegativesPlan[] plans() {
    BatchIndex index = new BatchIndex(RandomBatches.CATALOGUE, given.engaged(), true);
    index.index(given.batch());
    return new NegativesPlan[] {
      weighted(index, new DedupPlan(given.masks()).plan(index)),
      weighted(index, new DensePlan(given.masks()).plan(index))
    };
  }

  private ShownItems shown = ShownItems.none();

  /**
   * Lets requests show items that they have no positive of. The batch that the reference sees has
   * them as candidates, whether masks take them away or not; the plan's queries only what is left.
   */
  ReferenceLoss showing(Random random) {
    BatchIds batch = new BatchIds(given.masks().contexts().size());
    for (int row = 0; row < given.batch().candidates(); row++) {
      int at =
          row < given.batch().size()
              ? batch.append(
                  given.batch().user(row), given.batch().request(row), given.batch().item(row))
              : batch.appendCandidate(
                  given.batch().user(row), given.batch().request(row), given.batch().item(row));
      for (int c = 0; c < given.masks().contexts().size(); c++) {
        batch.setContext(c, at, given.batch().context(c, row));
      }
    }
    shown = ShownItems.draw(given, batch, random);
    return reference(batch);
  }

  private NegativesPlan weighted(BatchIndex index, NegativesPlan plan) {
    NegativesPlan counted = counting == Counting.UNIQUE ? new DistinctPlan().plan(plan) : plan;
    NegativesPlan weighed =
        byUser
            ? new EngagedWeightsPlan()
                .plan(counted, (user, engaged) -> factor(index, user, engaged))
            : counted;
    return shown.counted(weighed);
  }

  private float factor(BatchIndex index, int number, int engaged) {
    int item = index.item(index.engagedColumn(number, engaged));
    return (float) Math.exp(logQ[item] - logQ(index.user(number), item));
  }

  double loss() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      return compute(manager, plans()[0], 1 << 20).read().loss();
    }
  }

  LossResult compute(NDManager manager, NegativesPlan plan, int tile) {
    // Small tiles take the way of requests with many positives as well, and several chunks.
    boolean small = tile < 100;
    TileColumns columns = new TileColumns(Optional.empty(), new Workers(2), small ? 3 : 640);
    TiledLoss tiled = new TiledLoss(tile, small ? 1 : 100, columns);
    return compute(manager, plan, tiled, tile);
  }

  private LossResult compute(NDManager manager, NegativesPlan plan, MaskedLoss masked, int tile) {
    return new BatchLoss(form.config(counting), masked, tile)
        .compute(
            manager,
            plan,
            manager.create(queries(plan)),
            manager.create(columns(plan)),
            terms(plan));
  }

  /** What the anchors of each positive weigh together in form top-k. */
  float[] topKWeights(NegativesPlan plan) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      return new TopKWeights(form.config(counting).topK(), counting, 9)
          .weigh(
              manager,
              plan,
              manager.create(queries(plan)),
              manager.create(columns(plan)),
              terms(plan),
              new float[plan.positives()])
          .weights();
    }
  }

  private float[][] queries(NegativesPlan plan) {
    float[][] x = new float[plan.queries()][];
    Arrays.setAll(x, q -> floats(users[plan.index().request(plan.queryRequest(q))]));
    return x;
  }

  private float[][] columns(NegativesPlan plan) {
    int width = shown.width(plan);
    float[][] y = new float[plan.columns() + plan.queries() * width][];
    Arrays.setAll(
        y,
        m ->
            m < plan.columns()
                ? floats(itemVectors[item(plan, m)])
                : floats(itemVectors[Math.max(0, shown.at(plan, width, m - plan.columns()))]));
    return y;
  }

  private LossTerms terms(NegativesPlan plan) {
    float[] columnLogQ = new float[plan.columns()];
    float[] perPositive = new float[plan.positives()];
    float[] positiveLogQ = new float[plan.positives()];
    float[] share = new float[plan.positives()];
    float[] draws = new float[plan.positives()];
    for (int m = 0; m < columnLogQ.length; m++) {
      columnLogQ[m] = (float) logQ[item(plan, m)];
    }
    for (int row = 0; row < weight.length; row++) {
      int at = plan.rowPositive(row);
      int user = given.batch().user(row);
      int item = given.batch().item(row);
      perPositive[at] += (float) weight[row];
      positiveLogQ[at] = (float) logQ(user, item);
      share[at] = (float) share(user, item);
      draws[at] = counting == Counting.UNIQUE ? 1 : Math.max(1, plan.negatives(at));
    }
    LossTerms terms =
        new LossTerms(
            temperature,
            columnLogQ,
            perPositive,
            byUser ? Optional.of(positiveLogQ) : Optional.empty(),
            positive == Positive.UNCORRECTED
                ? Optional.of(new LossTerms.LeftOut(share, draws))
                : Optional.empty());
    int width = shown.width(plan);
    if (width == 0) {
      return terms;
    }
    float[] shownLogQ = new float[plan.queries() * width];
    for (int place = 0; place < shownLogQ.length; place++) {
      int item = shown.at(plan, width, place);
      int user = plan.index().user(plan.index().requestUser(plan.queryRequest(place / width)));
      shownLogQ[place] = item < 0 ? Float.POSITIVE_INFINITY : (float) logQ(user, item);
    }
    return terms.withShown(new LossTerms.Shown(width, shownLogQ));
  }

  private static int item(NegativesPlan plan, int column) {
    return plan.index().item(plan.columnItem(column));
  }

  void check(NegativesPlan plan, int tile, Device device, ReferenceLoss expected) {
    try (NDManager manager = NDManager.newBaseManager(device)) {
      check(plan, compute(manager, plan, tile), expected);
    }
  }

  /** As {@link #check(NegativesPlan, int, Device, ReferenceLoss)}, by another way. */
  void check(NegativesPlan plan, MaskedLoss masked, Device device, ReferenceLoss expected) {
    try (NDManager manager = NDManager.newBaseManager(device)) {
      check(plan, compute(manager, plan, masked, 9), expected);
    }
  }

  private void check(NegativesPlan plan, LossResult result, ReferenceLoss expected) {
    assertThat((double) result.read().loss())
        .isCloseTo(expected.loss(), offset(1e-4 * Math.max(1, expected.loss())));
    double[][] dx = new double[REQUESTS][dim];
    double[][] dy = new double[RandomBatches.CATALOGUE][dim];
    float[] x = result.queries().toFloatArray();
    float[] y = result.columns().toFloatArray();
    for (int q = 0; q < plan.queries(); q++) {
      add(dx[plan.index().request(plan.queryRequest(q))], x, q);
    }
    for (int m = 0; m < plan.columns(); m++) {
      add(dy[item(plan, m)], y, m);
    }
    int width = shown.width(plan);
    for (int place = 0; place < plan.queries() * width; place++) {
      int item = shown.at(plan, width, place);
      double[] into = item < 0 ? new double[dim] : dy[item];
      add(into, y, plan.columns() + place);
      if (item < 0) {
        assertThat(into).as("the gradient of no item").containsOnly(0);
      }
    }
    // Rounding a logit of size 1/tau moves its probability by 1/tau units in the last place.
    assertClose(dx, expected.userGradient(), temperature);
    assertClose(dy, expected.itemGradient(), temperature);
    assertThat((double) result.read().inverseTemperature())
        .isCloseTo(expected.inverseTemperatureGradient(), offset(2e-5 / temperature));
  }

  private void add(double[] into, float[] rows, int row) {
    for (int d = 0; d < dim; d++) {
      into[d] += rows[row * dim + d];
    }
  }

  float[][] x(BatchIds batch) {
    float[][] rows = new float[batch.size()][];
    Arrays.setAll(rows, i -> floats(users[batch.request(i)]));
    return rows;
  }

  float[][] y(BatchIds batch) {
    float[][] rows = new float[batch.candidates()][];
    Arrays.setAll(rows, i -> floats(itemVectors[batch.item(i)]));
    return rows;
  }

  float[] rowLogQ(BatchIds batch) {
    float[] rows = new float[batch.candidates()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) logQ[batch.item(i)];
    }
    return rows;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  static void assertClose(double[][] actual, double[][] expected, double temperature) {
    double scale = 1 / temperature;
    for (double[] row : expected) {
      for (double value : row) {
        scale = Math.max(scale, Math.abs(value));
      }
    }
    CloseRows.assertClose(actual, expected, 1e-5 * scale);
  }

  /** A column that no anchor sees, as a negative or as its own, gets no gradient in any engine. */
  void checkMaskedGradients() {
    ReferenceLoss reference = reference();
    BatchIds batch = given.batch();
    BitSet seenBySome = new BitSet();
    for (int i = 0; i < batch.size(); i++) {
      for (int k = 0; k < batch.candidates(); k++) {
        seenBySome.set(k, seenBySome.get(k) || reference.logitGradient(i, k) != 0);
      }
    }
    // Only rows that no anchor may see as a negative, and that are no anchor with negatives
    // themselves, are examined in Y.
    for (NegativesPlan plan : plans()) {
      try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
        LossResult result = compute(manager, plan, 1 << 20);
        float[] dy = result.columns().toFloatArray();
        for (int column = 0; column < plan.columns(); column++) {
          boolean seen = false;
          for (int k = 0; k < batch.candidates(); k++) {
            boolean inColumn =
                plan instanceof DensePlan
                    ? k == column
                    : plan.index().candidateColumn(k) == plan.columnItem(column);
            seen |= inColumn && seenBySome.get(k);
          }
          for (int d = 0; d < dim && !seen; d++) {
            assertThat(dy[column * dim + d]).isZero();
          }
        }
      }
    }
  }
}
