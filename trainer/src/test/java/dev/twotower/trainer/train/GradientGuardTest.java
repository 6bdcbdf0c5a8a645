package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.EngineTurn;
import dev.twotower.trainer.model.TwoTowerModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gradients are looked at before they are used: clipped together, refused where not finite. */
class GradientGuardTest {
  @TempDir private Path folder;
  private Dataset data;

  @BeforeEach
  void write() {
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 240; row++) {
      builder.row(Split.TRAIN, row % 20, row * 7 % 30, row % 20 * 12 + row / 20, row);
    }
    data = builder.write(folder.resolve("data"));
  }

  @AfterEach
  void close() {
    data.close();
  }

  private static RunConfig config(String... settings) {
    return RunConfig.defaults()
        .with("device=cpu", "threads=1", "batchSize=40", "dim=8", "epochs=3", "layout=iid")
        .with("user.embedding=8", "item.embedding=8", "user.hidden=[8]")
        .with("loss.learnTemperature=true", "evaluation.everyEpochs=0")
        .with(settings);
  }

  /** Loss 0 and gradient 0/0: the root of 0 times the sum of the vectors. */
  private static final OwnLoss ROOT_OF_NOTHING =
      (step, batch, queries, columns) -> queries.sum().mul(0).sqrt();

  private record Step(double norm, Map<String, double[]> optimizers, double temperature) {}

  private Step step(double clipNorm) {
    try (TwoTowerModel model =
        TwoTowerModel.create(data, config("optimizer.clipNorm=" + clipNorm), Device.cpu())) {
      BatchPlanner planner = new BatchPlanner(data, model.config(), model.sources());
      planner.resume(new SamplerPosition(0, 0));
      PlannedBatch batch = planner.newBatch();
      planner.next(batch);
      double norm = new TrainingStep(model).run(batch).gradientNorm();
      Map<String, double[]> optimizers = new LinkedHashMap<>();
      model
          .optimizerState()
          .forEach((name, array) -> optimizers.put(name, doubles(array.toFloatArray())));
      return new Step(norm, optimizers, model.temperature().state().mean());
    }
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /** Adam's first mean is a tenth of the gradient, Adagrad's sum its square. */
  @Test
  void clippingScalesTablesDenseParametersAndTemperatureTogether() {
    Step free = step(0);
    Step clipped = step(free.norm() / 2);
    Step wide = step(free.norm() * 2);
    assertThat(clipped.norm()).isEqualTo(free.norm());
    assertThat(wide.optimizers()).usingRecursiveComparison().isEqualTo(free.optimizers());
    assertThat(clipped.temperature()).isCloseTo(free.temperature() / 2, within(1e-9));
    assertThat(free.temperature()).isNotZero();
    free.optimizers()
        .forEach(
            (name, values) -> {
              double factor = name.endsWith("mean") ? 0.5 : 0.25;
              for (int i = 0; i < values.length; i++) {
                assertThat(clipped.optimizers().get(name)[i])
                    .isCloseTo(values[i] * factor, within(1e-9 + 1e-5 * Math.abs(values[i])));
              }
            });
  }

  @Test
  void theNormIsThatOfAllGradients() {
    try (TwoTowerModel model = TwoTowerModel.create(data, config(), Device.cpu());
        NDManager scratch = model.manager().newSubManager()) {
      BatchPlanner planner = new BatchPlanner(data, model.config(), model.sources());
      planner.resume(new SamplerPosition(0, 0));
      PlannedBatch batch = planner.newBatch();
      planner.next(batch);
      BatchGradients gradients = new TrainingStep(model).gradients(scratch, batch);
      double squares = Math.pow(model.temperature().gradient(gradients.inverseTemperature), 2);
      for (NDArray gradient : gradients.arrays()) {
        for (float value : gradient.toFloatArray()) {
          squares += (double) value * value;
        }
      }
      assertThat(gradients.norm()).isCloseTo(Math.sqrt(squares), within(1e-6));
      BatchExamination found = BatchExamination.of(model, new TrainingStep(model), 1, batch);
      assertThat(found.firstNotFinite()).isEmpty();
      assertThat(found.gradientNorm()).isCloseTo(Math.sqrt(squares), within(1e-6));
      assertThat(found.gradientNorms())
          .containsKeys("table user", "table item", "temperature", "user.02Linear_weight");
    }
  }

  /** Also where nothing is clipped: the step is not taken, and the batch is the one at fault. */
  @Test
  void aGradientThatIsNotFiniteIsFoundAtItsOwnBatch() throws Exception {
    Path run = folder.resolve("run");
    Training.Options options =
        Training.Options.DEFAULT.withExtensions(Extensions.NONE.withLoss(fromStep(8)));
    assertThatThrownBy(() -> Training.start(data, config(), run, options))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not finite at step 8: gradient of ")
        .hasMessageContaining("failed-batch-8.json")
        .hasMessageContaining("--replay");
    JsonNode saved = new ObjectMapper().readTree(run.resolve("failed-batch-8.json").toFile());
    assertThat(saved.path("rows")).hasSize(40);
    assertThat(saved.path("epoch").asLong()).isEqualTo(1);
    assertThat(saved.path("batch").asLong()).isEqualTo(1);
    assertThat(saved.path("examination").path("losses").path("loss").isNumber()).isTrue();
    // What was trained before it is a checkpoint, and finite.
    assertThat(Files.exists(run.resolve("checkpoint-7"))).isTrue();
    BatchExamination found =
        Replay.of(
            data,
            run,
            run.resolve("failed-batch-8.json"),
            Training.Options.DEFAULT.withExtensions(Extensions.NONE.withLoss(fromStep(1))));
    assertThat(found.step()).isEqualTo(8);
    assertThat(found.firstNotFinite()).startsWith("gradient of ");
    assertThat(found.losses().get("loss"))
        .isEqualTo(saved.path("examination").path("losses").path("loss").asDouble());
    assertThat(found.gradientNorm()).isNaN();
    assertThatThrownBy(() -> Training.resume(data, run, resumed()))
        .hasMessageContaining("not finite at step 8");
  }

  @Test
  void theReplayNamesADataSetThatWasMoved() throws Exception {
    Path run = folder.resolve("run");
    int[] steps = new int[1];
    Training.start(data, config(), run, Training.Options.DEFAULT.withStop(() -> ++steps[0] == 2));
    data.close();
    Path moved = Files.move(folder.resolve("data"), folder.resolve("moved"));
    data = Dataset.open(moved);
    assertThatThrownBy(() -> Training.resume(data, run, resumed()))
        .hasMessageContaining(
            "twotower train --data %s --out %s --replay %s",
            moved, run, run.resolve("failed-batch-3.json"));
  }

  private static Training.Options resumed() {
    return Training.Options.DEFAULT.withExtensions(Extensions.NONE.withLoss(fromStep(1)));
  }

  /** Without a checkpoint as the run failed, the steps before the batch are taken again. */
  @Test
  void aReplayTakesTheStepsBeforeTheBatch() throws Exception {
    Path run = folder.resolve("none");
    assertThatThrownBy(
            () ->
                Training.start(
                    data,
                    config(),
                    run,
                    Training.Options.DEFAULT
                        .withoutCheckpoints()
                        .withExtensions(Extensions.NONE.withLoss(fromStep(8)))))
        .isInstanceOf(IllegalStateException.class);
    Path file = run.resolve("failed-batch-8.json");
    Training.Options options =
        Training.Options.DEFAULT.withExtensions(Extensions.NONE.withLoss(fromStep(8)));
    FutureTask<BatchExamination> replay =
        new FutureTask<>(() -> Replay.of(data, run, file, options));
    Thread thread = new Thread(replay);
    // A training has the engine, which collects one set of gradients at a time.
    try (EngineTurn turn = EngineTurn.take()) {
      thread.start();
      thread.join(300);
      assertThat(replay).isNotDone();
    }
    BatchExamination found = replay.get();
    JsonNode saved = new ObjectMapper().readTree(file.toFile()).path("examination");
    assertThat(found.losses().get("loss")).isEqualTo(saved.path("losses").path("loss").asDouble());
    Files.writeString(file, Files.readString(file).replaceFirst("rows\":\\[", "rows\":[7,"));
    assertThatThrownBy(() -> Replay.of(data, run, file, Training.Options.DEFAULT))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("other rows than step 8");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> Replay.of(data, run, file, Training.Options.DEFAULT))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("failed-batch-8.json holds no batch");
  }

  private static OwnLoss fromStep(int number) {
    int[] steps = new int[1];
    return (step, batch, queries, columns) ->
        ++steps[0] < number
            ? queries.sum().mul(0)
            : ROOT_OF_NOTHING.of(step, batch, queries, columns);
  }

  /** The loss is not finite then either, but the table is where it began. */
  @Test
  void namesTheTableThatWasNotFiniteBefore() {
    try (TwoTowerModel model = TwoTowerModel.create(data, config(), Device.cpu())) {
      BatchPlanner planner = new BatchPlanner(data, model.config(), model.sources());
      planner.resume(new SamplerPosition(0, 0));
      PlannedBatch batch = planner.newBatch();
      planner.next(batch);
      int touched = (int) batch.touchedRows.get("item")[0];
      float[] row = new float[model.tables().get("item").width()];
      row[0] = Float.NaN;
      model.tables().get("item").write(new int[] {touched}, row);
      BatchExamination found = BatchExamination.of(model, new TrainingStep(model), 1, batch);
      assertThat(found.firstNotFinite()).contains("weights of table item");
    }
  }

  @Test
  void saysWhatMayHelpByWhereItWentWrong() {
    RunConfig config = config("tree.lambda=0.1");
    assertThat(advice("loss", config)).contains("loss.temperature", "learningRate");
    assertThat(advice("treeLoss", config)).contains("tree.lambda").doesNotContain("learningRate");
    assertThat(advice("weights of table item", config)).contains("before this batch");
    assertThat(advice("vectors of items", config)).contains("features");
    assertThat(advice("gradient of table item", config)).contains("tree.lambda", "temperature");
  }

  private static String advice(String place, RunConfig config) {
    return new BatchExamination(1, 2, 2, 2, 1, 0.1, Map.of(), Map.of(), Double.NaN, place)
        .advice(config);
  }
}
