package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.table.EmbeddingTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What optimisers have of the run that another starts from, and its failed batches. */
class InheritedStateTest extends MondayAndTuesday {
  @Test
  void aFreshOptimizerLeavesItsStateBehind() throws Exception {
    StartFrom from = trainMonday("user.hidden=[8]", "loss.learnTemperature=true");
    RunConfig config = config("user.hidden=[8]", "loss.learnTemperature=true");
    try (TwoTowerModel kept = TwoTowerModel.create(tuesday, config, Device.cpu());
        TwoTowerModel fresh = TwoTowerModel.create(tuesday, config, Device.cpu())) {
      Inheritance.start(from, kept, tuesday, Extensions.NONE);
      Inheritance.start(
          new StartFrom(from.run(), Optional.empty(), false), fresh, tuesday, Extensions.NONE);
      assertThat(kept.denseSteps()).isPositive();
      assertThat(fresh.denseSteps()).isZero();
      assertThat(fresh.temperature().value())
          .isEqualTo(kept.temperature().value())
          .isNotEqualTo(0.2f);
      assertThat(fresh.temperature().state().steps()).isZero();
      assertThat(fresh.weights().get("dense").toFloatArray())
          .isEqualTo(kept.weights().get("dense").toFloatArray());
      fresh
          .optimizerState()
          .forEach((name, array) -> assertThat(array.toFloatArray()).containsOnly(0));
    }
  }

  /** A quarter of the sums, and nothing else. */
  @Test
  void accumulatorsMayBeForgottenInPart() throws Exception {
    StartFrom from = trainMonday();
    RunConfig config = config("warm.accumulators=0.25");
    try (TwoTowerModel whole =
            TwoTowerModel.create(tuesday, config("warm.accumulators=1"), Device.cpu());
        TwoTowerModel quarter = TwoTowerModel.create(tuesday, config, Device.cpu())) {
      Inheritance.start(from, whole, tuesday, Extensions.NONE);
      Inheritance.start(from, quarter, tuesday, Extensions.NONE);
      for (String table : List.of("user", "item")) {
        EmbeddingTable kept = whole.tables().get(table);
        EmbeddingTable less = quarter.tables().get(table);
        assertThat(rows(less, "weights")).isEqualTo(rows(kept, "weights"));
        float[] sums = rows(kept, "optimizer.accumulator");
        float[] quarters = rows(less, "optimizer.accumulator");
        assertThat(IntStream.range(0, sums.length).filter(row -> sums[row] > 0).count())
            .isEqualTo(table.equals("user") ? 30 : 40);
        for (int row = 0; row < sums.length; row++) {
          assertThat(quarters[row]).isEqualTo(sums[row] / 4);
        }
      }
    }
  }

  /** Running means are no sums. */
  @Test
  void whatForgetsByItselfIsKept() throws Exception {
    String adam = "optimizer.tables=lazy-adam";
    StartFrom from = trainMonday(adam);
    try (TwoTowerModel whole =
            TwoTowerModel.create(tuesday, config(adam, "warm.accumulators=1"), Device.cpu());
        TwoTowerModel none =
            TwoTowerModel.create(tuesday, config(adam, "warm.accumulators=0"), Device.cpu())) {
      Inheritance.start(from, whole, tuesday, Extensions.NONE);
      Inheritance.start(from, none, tuesday, Extensions.NONE);
      whole
          .optimizerState()
          .forEach(
              (name, array) ->
                  assertThat(none.optimizerState().get(name).toFloatArray())
                      .as(name)
                      .isEqualTo(array.toFloatArray())
                      .contains(0));
    }
  }

  /**
   * A batch that stopped a run which started from another and learns from its validation rows, too:
   * from the checkpoint that was written then, and from the start, which is made once more.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFailedBatchIsReplayed(boolean checkpoint) throws Exception {
    Training.Options how = Training.Options.DEFAULT.withFrom(trainMonday());
    RunConfig config =
        config("trainOn=train+validation", "evaluation.everyEpochs=0", "evaluation.patience=0");
    Dataset rows = tuesday.trainedOn(config.trainOn());
    Path run = folder.resolve("failed");
    Training.Options failing = extended(checkpoint ? how : how.withoutCheckpoints(), 12);
    assertThatThrownBy(() -> Training.start(rows, config, run, failing))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not finite at step 12");
    Path file = run.resolve("failed-batch-12.json");
    BatchExamination found =
        Replay.of(tuesday, run, file, extended(Training.Options.DEFAULT, checkpoint ? 1 : 12));
    JsonNode saved = new ObjectMapper().readTree(file.toFile()).path("examination");
    assertThat(saved.at("/losses/loss").doubleValue()).isBetween(0.1, 20.0);
    assertThat(found.losses().get("loss")).isEqualTo(saved.at("/losses/loss").doubleValue());
    assertThat(found.firstNotFinite()).startsWith("gradient of ");
    assertThat(run.resolve("checkpoint-11").toFile().exists()).isEqualTo(checkpoint);
  }

  /** With a term of the loss whose gradient is not a number from a step on. */
  private static Training.Options extended(Training.Options options, int from) {
    AtomicInteger steps = new AtomicInteger();
    return options.withExtensions(
        Extensions.NONE.withLoss(
            (step, batch, queries, columns) -> {
              NDArray nothing = queries.sum().mul(0);
              return steps.incrementAndGet() < from ? nothing : nothing.sqrt();
            }));
  }

  @Test
  void aRunOfAComparisonKeepsNoOptimizerState() throws Exception {
    Path run = folder.resolve("of a comparison");
    Training.start(monday, config(), run, Training.Options.DEFAULT.withoutCheckpoints());
    StartFrom kept = new StartFrom(run, Optional.empty(), true);
    Path next = folder.resolve("next");
    assertThatThrownBy(
            () -> Training.start(tuesday, config(), next, Training.Options.DEFAULT.withFrom(kept)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--from-optimizer fresh");
    Training.start(
        tuesday,
        config(),
        next,
        Training.Options.DEFAULT.withFrom(new StartFrom(run, Optional.empty(), false)));
  }
}
