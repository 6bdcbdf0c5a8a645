package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.masking.BatchIds;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.model.TwoTowerModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uniform draws and remembered rows on their way from the planner to a step. */
@Tag("gpu")
class CandidatesTest {
  private static final int ITEMS = 60;

  @TempDir private Path folder;
  private Dataset data;

  @BeforeEach
  void writeData() {
    UniformRandomProvider random = Streams.stream(1, "candidates-test");
    DatasetBuilder builder = new DatasetBuilder().items(ITEMS);
    for (int request = 0; request < 80; request++) {
      for (int row = 0; row < 4; row++) {
        int item = (int) (ITEMS * Math.pow(random.nextDouble(), 2));
        builder.row(Split.TRAIN, request / 4, item, request, (request * 10L + row) * 1_000_000);
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
                "dim=8",
                "device=cpu",
                "user.embedding=8",
                "item.embedding=8",
                "loss.uniform=7",
                "loss.queue=50",
                "loss.queueWarmup=2"));
    all.addAll(List.of(settings));
    return RunConfig.defaults().with(all.toArray(String[]::new));
  }

  /** Batches of 32 rows: 7 draws from the first on, the queue from the third on, full by then. */
  @Test
  void drawsComeWithEveryBatchAndTheQueueAfterItsWarmUp() {
    RunConfig config = config("masks=identity+user+context:time/5");
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      BatchPlanner planner = new BatchPlanner(data, config, model.sources());
      PlannedBatch batch = planner.newBatch();
      List<int[]> past = new ArrayList<>();
      for (int number = 0; number < 6; number++) {
        assertThat(planner.next(batch)).isTrue();
        BatchIds ids = batch.ids;
        int remembered = number < 2 ? 0 : 50;
        assertThat(ids.candidates()).isEqualTo(ids.size() + 7 + remembered);
        for (int at = 0; at < remembered; at++) {
          int candidate = ids.size() + 7 + at;
          int[] row = past.get(past.size() - 50 + at);
          assertThat(new int[] {ids.user(candidate), ids.request(candidate), ids.item(candidate)})
              .isEqualTo(row);
        }
        for (int row = 0; row < ids.size(); row++) {
          past.add(new int[] {ids.user(row), ids.request(row), ids.item(row)});
        }
      }
    }
  }

  /** Items that only remembered rows carry cost no tower, touch no table and get no gradient. */
  @ParameterizedTest
  @ValueSource(strings = {"dedup", "dense"})
  void rememberedVectorsAreThoseOfTheirTimeAndStayAsTheyAre(String engine) {
    RunConfig config = config("engine=" + engine, "loss.correction=empirical");
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      BatchPlanner planner = new BatchPlanner(data, config, model.sources());
      TrainingStep step = new TrainingStep(model);
      PlannedBatch batch = planner.newBatch();
      Map<Integer, float[]> newest = new HashMap<>();
      int recalled = 0;
      for (int number = 0; number < 6; number++) {
        assertThat(planner.next(batch)).isTrue();
        Set<Long> touched = new HashSet<>();
        Arrays.stream(batch.touchedRows.get("item")).forEach(touched::add);
        for (int column = 0; column < batch.index.columns(); column++) {
          assertThat(touched.contains((long) batch.index.item(column)))
              .as("item %d", batch.index.item(column))
              .isEqualTo(column < batch.computedColumns && seen(batch.index.item(column)));
        }
        for (int at = 0; at < batch.recalledSlots.length; at++) {
          recalled++;
          int item = batch.index.item(batch.computedColumns + at);
          assertThat(slot(step, batch.recalledSlots[at])).isEqualTo(newest.get(item));
        }
        Map<Integer, float[]> before = new HashMap<>();
        for (int column = 0; column < batch.index.rowColumns(); column++) {
          before.put(batch.index.item(column), vector(model, batch.index.item(column)));
        }
        assertThat(step.run(batch).loss()).isFinite().isPositive();
        for (int at = 0; at < batch.keptColumns.length; at++) {
          int item = batch.index.item(batch.keptColumns[at]);
          float[] kept = slot(step, batch.keptSlots[at]);
          assertThat(kept).containsExactly(before.get(item), offset(1e-5f));
          newest.put(item, kept);
        }
      }
      assertThat(recalled).isPositive();
    }
  }

  /** Items of no row share the unknown row; no table has a row of their own to touch. */
  private boolean seen(int item) {
    for (long row = 0; row < data.interactions(Split.TRAIN).rows(); row++) {
      if (data.interactions(Split.TRAIN).item(row) == item) {
        return true;
      }
    }
    return false;
  }

  private static float[] slot(TrainingStep step, int slot) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      return step.remembered().orElseThrow().read(manager, new int[] {slot}).toFloatArray();
    }
  }

  /** The tower's vector: an id tower without hidden layer is the normalised head of one row. */
  private float[] vector(TwoTowerModel model, int item) {
    try (ModelScorer scorer = new ModelScorer(model, data, Split.TRAIN)) {
      return scorer.itemVectors().get(item).toFloatArray();
    }
  }

  /** Both engines compute the same loss, step for step, whatever is added to the batch. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss.correction=none",
        "loss.correction=empirical",
        "loss.correction=empirical optimizer.rowSteps=aligned optimizer.rowStepsOf=both",
        "loss.correction=leave-user-out",
        "loss.correction=leave-user-out loss.positive=uncorrected",
        "loss.correction=streaming masks=identity+user+context:time/5",
        "loss.correction=empirical loss.counting=unique loss.queue=0",
        "loss.correction=none loss.counting=unique masks=identity+engaged",
        "user.history={length: 4, pooling: transformer, layers: 2, heads: 2, gaps: true}"
      })
  void bothEnginesTakeTheSameSteps(String settings) {
    List<Double> dedup = losses(settings + " engine=dedup");
    List<Double> dense = losses(settings + " engine=dense");
    for (int step = 0; step < dedup.size(); step++) {
      assertThat(dense.get(step)).as("step %d", step).isCloseTo(dedup.get(step), offset(2e-3));
    }
  }

  private List<Double> losses(String settings) {
    RunConfig config = config(settings.split(" (?=[a-z]+[.=])"));
    List<Double> losses = new ArrayList<>();
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      BatchPlanner planner = new BatchPlanner(data, config, model.sources());
      TrainingStep step = new TrainingStep(model);
      PlannedBatch batch = planner.newBatch();
      while (planner.next(batch)) {
        losses.add(step.run(batch).loss());
      }
    }
    assertThat(losses).hasSizeGreaterThan(8);
    return losses;
  }
}
