package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.contrastive.ReferenceGradedLoss;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.TrainedRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The graded contrastive loss in a step, and what it does to items nobody has engaged with. */
class TreeLossTest {
  private static final int ITEMS = 120;
  private static final int DIM = 8;

  @TempDir private Path folder;
  private Dataset data;

  /** Every fifth item has no row. */
  private static boolean cold(int item) {
    return item % 5 == 4;
  }

  /** Four branches of three leaves; each item has two words of its own, hence nothing in common. */
  @BeforeEach
  void writeData() {
    UniformRandomProvider random = Streams.stream(1, "tree-loss-test");
    DatasetBuilder builder = new DatasetBuilder();
    builder.tree(
        IntStream.range(0, 16).map(node -> node < 4 ? -1 : (node - 4) / 3).toArray(),
        IntStream.range(0, 16).mapToObj(node -> "c" + node).toList(),
        IntStream.range(0, ITEMS).map(item -> 4 + item % 12).toArray());
    builder.itemFeature(
        MemoryFeature.multi(
            "words",
            IntStream.range(0, ITEMS).mapToObj(item -> List.of("a" + item, "b" + item)).toList()));
    int[] warm = IntStream.range(0, ITEMS).filter(item -> !cold(item)).toArray();
    for (int request = 0; request < 100; request++) {
      for (int row = 0; row < 4; row++) {
        int place = 4 * request + row;
        int item = warm[place < warm.length ? place : random.nextInt(warm.length)];
        builder.row(Split.TRAIN, request / 4, item, request, request * 10L + row);
      }
    }
    data = builder.write(folder.resolve("data"));
  }

  @AfterEach
  void closeData() {
    data.close();
  }

  private static RunConfig config(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "batchSize=32",
                "dim=" + DIM,
                "epochs=6",
                "device=cpu",
                "user.embedding=" + DIM,
                "item.embedding=" + DIM,
                "tree.batchSize=32",
                "evaluation.everyEpochs=0"));
    all.addAll(List.of(settings));
    return RunConfig.defaults().with(all.toArray(String[]::new));
  }

  /**
   * One step of an id tower, whose vectors are its normalised rows z = e / |e|. Rows that only the
   * tree's batch touches move by Adagrad's first step, -lr g / rms(g), with g = (u - (u . z) z) /
   * |e| and u = lambda dL/dz of the reference; rows that only the retrieval batch touches move as
   * without the tree; the loss reported is the reference's.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tree.batches=hierarchical",
        "tree.batches=random",
        "tree.batches=random engine=dense loss.uniform=5",
        "tree.batches=random tree.coEngagement=0.5",
        "tree.schedule=1/0.5/0.2 tree.temperature=0.5"
      })
  void aStepDescendsTheReferenceGradient(String settings) {
    RunConfig config = config((settings + " tree.lambda=0.3").split(" "));
    RunConfig off = config.with("tree.lambda=0");
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu());
        TwoTowerModel plain = TwoTowerModel.create(data, off, Device.cpu())) {
      float[] before = table(model);
      assertThat(table(plain)).isEqualTo(before);
      PlannedBatch batch = plan(model);
      PlannedBatch plainBatch = plan(plain);
      TrainingStep.Result result = new TrainingStep(model).run(batch);
      assertThat(new TrainingStep(plain).run(plainBatch).loss()).isEqualTo(result.loss());
      float[] after = table(model);
      float[] without = table(plain);

      int[] items = batch.tree.orElseThrow().items();
      double[][] z = new double[items.length][];
      for (int i = 0; i < items.length; i++) {
        z[i] = unit(row(before, cold(items[i]) ? ITEMS : items[i]));
      }
      ReferenceGradedLoss reference =
          ReferenceGradedLoss.of(
              z, batch.tree.orElseThrow().targets(), config.tree().temperature());
      assertThat(result.treeLoss()).isCloseTo(reference.loss(), offset(1e-4));

      long[] retrieval = plainBatch.touchedRows.get("item");
      int treeOnly = 0;
      for (int i = 0; i < items.length; i++) {
        int item = items[i];
        if (cold(item) || Arrays.stream(retrieval).anyMatch(row -> row == item)) {
          continue;
        }
        treeOnly++;
        double[] e = row(before, item);
        double norm = Math.sqrt(dot(e, e));
        double along = dot(reference.gradient()[i], z[i]);
        double[] g = new double[DIM];
        for (int d = 0; d < DIM; d++) {
          g[d] = 0.3 * (reference.gradient()[i][d] - along * z[i][d]) / norm;
        }
        double rms = Math.sqrt(dot(g, g) / DIM);
        for (int d = 0; d < DIM; d++) {
          double expected = e[d] - config.optimizer().tableLearningRate() * g[d] / rms;
          assertThat((double) after[item * DIM + d]).isCloseTo(expected, offset(2e-3));
        }
      }
      assertThat(treeOnly).isPositive();
      int shared = 0;
      for (long at : retrieval) {
        int row = (int) at;
        boolean inTree = Arrays.stream(items).anyMatch(item -> item == row);
        boolean alike = Arrays.equals(row(after, row), row(without, row));
        if (row != ITEMS) {
          assertThat(alike).as("row %d", row).isEqualTo(!inTree);
          shared += inTree ? 1 : 0;
        }
      }
      assertThat(shared).isPositive();
      assertThat(row(after, ITEMS)).containsOnly(0);
    }
  }

  private PlannedBatch plan(TwoTowerModel model) {
    BatchPlanner planner = new BatchPlanner(data, model.config(), model.sources());
    PlannedBatch batch = planner.newBatch();
    assertThat(planner.next(batch)).isTrue();
    return batch;
  }

  private static float[] table(TwoTowerModel model) {
    return model.tables().get("item").state().get("weights").toFloatArray();
  }

  private static float[] words(TwoTowerModel model) {
    return model.tables().get("item.words").state().get("weights").toFloatArray();
  }

  private static double[] row(float[] table, int row) {
    return IntStream.range(0, DIM).mapToDouble(d -> table[row * DIM + d]).toArray();
  }

  private static double[] unit(double[] e) {
    double norm = Math.max(1e-12, Math.sqrt(dot(e, e)));
    return Arrays.stream(e).map(value -> value / norm).toArray();
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(d -> a[d] * b[d]).sum();
  }

  /** Words of cold items stay as they were drawn without the tree's loss, and find kin with it. */
  @ParameterizedTest
  @ValueSource(strings = {"item.idDropout=0", "item.idDropout=0.5"})
  void itemsNobodyEngagedWithMoveToTheirCategory(String dropout) throws Exception {
    assertThat(kinship(dropout, "tree.lambda=0")).isBetween(-0.2, 0.2);
    assertThat(kinship(dropout, "tree.lambda=0.1")).isGreaterThan(0.4);
  }

  /** Mean cosine of cold items of one leaf, less that of unrelated ones. */
  private double kinship(String dropout, String lambda) throws Exception {
    Path run = folder.resolve(dropout + "+" + lambda);
    RunConfig config = config("item.features=[id,words]", dropout, lambda);
    Training.start(data, config, run, Training.Options.DEFAULT);
    CategoryTree tree = data.tree().orElseThrow();
    double[] sum = new double[2];
    int[] count = new int[2];
    try (TrainedRun trained = TrainedRun.load(run, Optional.empty(), Optional.empty());
        ModelScorer scorer = new ModelScorer(trained.model(), data, Split.TRAIN)) {
      float[] vectors = scorer.itemVectors().toFloatArray();
      for (int a = 4; a < ITEMS; a += 5) {
        for (int b = 4; b < a; b += 5) {
          int distance = tree.itemDistance(a, b);
          if (distance == 0 || distance == CategoryTree.UNRELATED) {
            sum[distance == 0 ? 0 : 1] += dot(row(vectors, a), row(vectors, b));
            count[distance == 0 ? 0 : 1]++;
          }
        }
      }
    }
    return sum[0] / count[0] - sum[1] / count[1];
  }

  /** Else ids would satisfy the loss, and features would be left unlearned. */
  @Test
  void theTreeSeesItemsAsNewWhereTheyHaveMoreThanIds() {
    RunConfig off = config("item.features=[id,words]");
    RunConfig on = off.with("tree.lambda=0.3");
    try (TwoTowerModel model = TwoTowerModel.create(data, on, Device.cpu());
        TwoTowerModel plain = TwoTowerModel.create(data, off, Device.cpu())) {
      long[] without = plan(plain).touchedRows.get("item");
      long[] with = plan(model).touchedRows.get("item");
      assertThat(with).hasSize(without.length + 1).startsWith(without).endsWith(ITEMS);
    }
  }

  /** With every id dropped nothing is learned about ids, and words alone tell items apart. */
  @Test
  void droppedIdsLearnNothing() {
    RunConfig config = config("item.features=[id,words]", "item.idDropout=1", "tree.lambda=0.3");
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      float[] ids = table(model);
      float[] words = words(model);
      TrainingStep step = new TrainingStep(model);
      for (int i = 0; i < 3; i++) {
        assertThat(step.run(plan(model)).loss()).isPositive();
      }
      assertThat(table(model)).isEqualTo(ids);
      assertThat(words(model)).isNotEqualTo(words);
    }
  }

  @Test
  void idsAreDroppedAtTheRateAskedFor() {
    IdDropout dropout =
        new IdDropout(
            config(
                "item.features=[id,words]",
                "item.idDropout=0.3",
                "user.history.length=2",
                "user.idDropout=0.8"));
    int items = 0;
    int users = 0;
    for (int batch = 0; batch < 200; batch++) {
      dropout.startBatch(batch);
      for (int i = 0; i < 100; i++) {
        items += dropout.keepsItem() ? 0 : 1;
        users += dropout.keepsUser() ? 0 : 1;
      }
    }
    assertThat(items / 20000.0).isCloseTo(0.3, offset(0.02));
    assertThat(users / 20000.0).isCloseTo(0.8, offset(0.02));
  }

  @Test
  void saysWhatTheDataSetLacksBeforeAnythingIsWritten() {
    Path run = folder.resolve("run");
    try (Dataset flat = flat()) {
      assertThatThrownBy(
              () -> Training.start(flat, config("tree.lambda=0.1"), run, Training.Options.DEFAULT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tree.lambda is 0.1")
          .hasMessageContaining("no category tree")
          .hasMessageContaining("--tree");
    }
    RunConfig large = config("tree.lambda=0.1", "tree.batchSize=4096");
    assertThatThrownBy(() -> Training.start(data, large, run, Training.Options.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tree.batchSize is 4096")
        .hasMessageContaining("120 items");
    assertThat(run).doesNotExist();
  }

  /** Pairs of requests need no tree. */
  @Test
  void coEngagementAloneWorksWithoutATree() throws Exception {
    try (Dataset flat = flat()) {
      RunConfig config = config("tree.lambda=0.1", "tree.coEngagement=1");
      TrainingResult result =
          Training.start(flat, config, folder.resolve("run"), Training.Options.DEFAULT);
      assertThat(result.epochs()).isEqualTo(6);
    }
  }

  /** A log without a tree. */
  private Dataset flat() {
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 200; row++) {
      builder.row(Split.TRAIN, row / 4, row % 90, row / 2, row);
    }
    return builder.write(folder.resolve("flat"));
  }
}
