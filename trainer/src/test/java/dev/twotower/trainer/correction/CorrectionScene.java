package dev.twotower.trainer.correction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.eval.batch.TrainEngagement;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.DedupPlan;
import dev.twotower.masking.DensePlan;
import dev.twotower.masking.MaskSet;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.loss.CloseRows;
import dev.twotower.trainer.loss.LossResult;
import dev.twotower.trainer.loss.ReferenceLoss;
import dev.twotower.trainer.loss.TiledLoss;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/** A random batch of the training split, with uniform draws, vectors and weights. */
final class CorrectionScene {
  private static final int DIM = 4;
  private static final float TEMPERATURE = 0.2f;

  private final Interactions train;
  private final TrainCounts counts;
  private final MaskSet masks;
  private final BatchIds ids = new BatchIds(0);
  private final BatchIndex index;
  private final int uniform;
  private final double[][] users;
  private final double[][] items;
  private final double[] weight;

  CorrectionScene(Dataset data, String masks, int uniform, long seed) {
    train = data.interactions(Split.TRAIN);
    counts = data.trainCounts();
    index = new BatchIndex(data.items(), new TrainEngagement(train), true);
    Random random = new Random(seed);
    this.masks = MaskSet.parse(masks);
    this.uniform = uniform;
    int size = 2 + random.nextInt(20);
    for (int i = 0; i < size; i++) {
      long row = random.nextInt((int) train.rows());
      ids.add(train.user(row), train.request(row), train.item(row));
    }
    for (int draw = 0; draw < uniform; draw++) {
      ids.appendCandidate(BatchIds.NOBODY, BatchIds.NOBODY, random.nextInt(data.items()));
    }
    index.index(ids);
    users = vectors(random, data.requests());
    items = vectors(random, data.items());
    weight = random.doubles(size).toArray();
  }

  private static double[][] vectors(Random random, int count) {
    double[][] vectors = new double[count][DIM];
    for (double[] vector : vectors) {
      Arrays.setAll(vector, d -> random.nextGaussian());
      double norm = Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum());
      Arrays.setAll(vector, d -> (float) (vector[d] / norm));
    }
    return vectors;
  }

  /** The batch, as masks and estimates see it. */
  BatchIndex index() {
    return index;
  }

  /** The row rate among the draws of this batch. */
  double mixed(double rate) {
    double all = ids.candidates();
    return ids.size() / all * rate + uniform / all / items.length;
  }

  void check(RunConfig config, ReferenceLoss.ByUserAndItem q, ReferenceLoss.ByUserAndItem share) {
    check(config, Proposals.create(config, counts).orElse(null), q, share);
  }

  void check(
      RunConfig config,
      Proposal proposal,
      ReferenceLoss.ByUserAndItem q,
      ReferenceLoss.ByUserAndItem share) {
    ReferenceLoss expected =
        ReferenceLoss.of(
            ids,
            masks,
            new TrainEngagement(train),
            users,
            items,
            new ReferenceLoss.Terms(
                TEMPERATURE,
                (user, item) -> Math.log(q.of(user, item)),
                share,
                config.loss().counting(),
                config.loss().positive()),
            weight);
    for (NegativesPlan plan :
        new NegativesPlan[] {new DedupPlan(masks).plan(index), new DensePlan(masks).plan(index)}) {
      BatchCorrection correction =
          new BatchCorrection(Optional.ofNullable(proposal), config.loss(), counts, masks.engaged())
              .correct(plan, uniform);
      compare(correction, expected);
    }
  }

  private void compare(BatchCorrection correction, ReferenceLoss expected) {
    NegativesPlan plan = correction.plan();
    float[] perPositive = new float[plan.positives()];
    for (int row = 0; row < weight.length; row++) {
      perPositive[plan.rowPositive(row)] += (float) weight[row];
    }
    float[][] x = new float[plan.queries()][];
    Arrays.setAll(x, query -> floats(users[index.request(plan.queryRequest(query))]));
    float[][] y = new float[plan.columns()][];
    Arrays.setAll(y, column -> floats(items[index.item(plan.columnItem(column))]));
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      LossResult result =
          new TiledLoss(TiledLoss.CPU_TILE)
              .compute(
                  manager,
                  plan,
                  manager.create(x),
                  manager.create(y),
                  correction.terms(TEMPERATURE, perPositive));
      assertThat((double) result.read().loss())
          .isCloseTo(expected.loss(), offset(1e-4 * Math.max(1, Math.abs(expected.loss()))));
      double[][] dx = new double[users.length][DIM];
      add(dx, result.queries().toFloatArray(), query -> index.request(plan.queryRequest(query)));
      CloseRows.assertClose(dx, expected.userGradient(), 1e-4);
      double[][] dy = new double[items.length][DIM];
      add(dy, result.columns().toFloatArray(), column -> index.item(plan.columnItem(column)));
      CloseRows.assertClose(dy, expected.itemGradient(), 1e-4);
    }
  }

  private static void add(double[][] into, float[] rows, IntUnaryOperator where) {
    for (int at = 0; at < rows.length; at++) {
      into[where.applyAsInt(at / DIM)][at % DIM] += rows[at];
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
