package dev.twotower.trainer.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.json.Json;
import dev.twotower.trainer.config.OptimizerConfig;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundPlanTest {
  private static RunConfig config(String... settings) throws IOException {
    return RunConfig.load(Optional.empty(), List.of(settings));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "masks=identity+context:shop",
        "masks=context:time/3600",
        "loss.queue=64",
        "loss.counting=unique",
        "loss.correction=streaming"
      })
  void batchesAreOfEachPartWhereDrawsCannotStandForRows(String setting) throws IOException {
    RunConfig config = config(setting);
    Optional<RoundPlan.Batches> log = Optional.of(RoundPlan.Batches.LOG);
    assertThat(RoundPlan.Batches.of(Optional.empty(), RoundPlan.LogQ.LOG, config))
        .isEqualTo(RoundPlan.Batches.PART);
    assertThatThrownBy(() -> RoundPlan.Batches.of(log, RoundPlan.LogQ.LOG, config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--batches: received log together with")
        .hasMessageContaining(setting.substring(0, setting.indexOf('=')));
  }

  @Test
  void batchesAreOfAllPartsElse() throws IOException {
    assertThat(RoundPlan.Batches.of(Optional.empty(), RoundPlan.LogQ.LOG, config("masks=user")))
        .isEqualTo(RoundPlan.Batches.LOG);
  }

  /** Adam's steps are as long for small gradients as for large ones. */
  @Test
  void changesAreAddedUnderAdagradAlone() {
    assertThat(RoundPlan.Merge.of(Optional.empty(), OptimizerConfig.Tables.ROWWISE_ADAGRAD))
        .isEqualTo(RoundPlan.Merge.SUM);
    assertThat(RoundPlan.Merge.of(Optional.empty(), OptimizerConfig.Tables.LAZY_ADAM))
        .isEqualTo(RoundPlan.Merge.MEAN);
    assertThat(
            RoundPlan.Merge.of(Optional.of(RoundPlan.Merge.SUM), OptimizerConfig.Tables.LAZY_ADAM))
        .isEqualTo(RoundPlan.Merge.SUM);
  }

  /** Before there were batches of all parts together, sum meant changes in full. */
  @Test
  void aRunKeepsTheRuleItWasBegunWith(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("plan.json");
    String old =
        "{\"parts\":%d,\"perEpoch\":16,\"logQ\":\"LOG\",\"merge\":\"%s\",\"dataset\":\"sum\"}";
    Files.writeString(file, old.formatted(2, "SUM"));
    assertThatThrownBy(() -> RoundPlan.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("plan.json' was written by an earlier version")
        .hasMessageContaining("train again");
    RoundPlan.Batches part = RoundPlan.Batches.PART;
    Files.writeString(file, old.formatted(2, "MEAN"));
    assertThat(RoundPlan.read(file))
        .isEqualTo(new RoundPlan(2, 16, RoundPlan.LogQ.LOG, RoundPlan.Merge.MEAN, part, "sum"));
    Files.writeString(file, old.formatted(1, "SUM"));
    assertThat(RoundPlan.read(file).batches()).isEqualTo(part);
    RoundPlan now =
        new RoundPlan(2, 16, RoundPlan.LogQ.LOG, RoundPlan.Merge.SUM, RoundPlan.Batches.LOG, "");
    Json.INDENTED.writeValue(file.toFile(), now);
    assertThat(RoundPlan.read(file)).isEqualTo(now);
  }
}
