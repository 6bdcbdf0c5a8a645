package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Words;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.RunConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A run holds the same number of native arrays after 150 steps, six epochs and three checkpoints as
 * after 10 steps.
 */
class LiveArraysTest {
  @ParameterizedTest
  @EnumSource(
      value = LossConfig.Form.class,
      names = {"TOP_K", "BILATERAL"})
  void stepsLeaveNoArrayBehind(LossConfig.Form form, @TempDir Path folder) throws Exception {
    DatasetBuilder builder = new DatasetBuilder();
    builder.tree(
        IntStream.range(0, 12).map(node -> node < 3 ? -1 : (node - 3) / 3).toArray(),
        IntStream.range(0, 12).mapToObj(node -> "c" + node).toList(),
        IntStream.range(0, 90).map(item -> 3 + item % 9).toArray());
    for (int row = 0; row < 1536; row++) {
      builder.row(Split.TRAIN, row % 40, row * 7 % 90, row % 40 * 10 + row / 160, row);
    }
    RunConfig config =
        RunConfig.defaults()
            .with(
                "batchSize=64",
                "dim=8",
                "user.embedding=8",
                "user.hidden=[8]",
                "user.history.length=5",
                "item.embedding=8",
                "loss.form=" + Words.of(form),
                "loss.learnTemperature=true",
                "loss.uniform=20",
                "loss.queue=100",
                "loss.queueWarmup=5",
                "item.features=[id,category]",
                "item.idDropout=0.2",
                "tree.lambda=0.1",
                "tree.batchSize=24",
                "tree.coEngagement=0.25",
                "optimizer.clipNorm=1",
                "epochs=100",
                "maxSteps=151",
                "checkpoint.everySteps=45");
    Map<Long, Long> live = new HashMap<>();
    TrainingListener counter =
        new TrainingListener() {
          @Override
          public void step(long step, long expected, double loss) {
            if (step == 10 || step == 150) {
              live.put(step, LiveArrays.count());
            }
          }
        };
    try (Dataset data = builder.write(folder.resolve("data"))) {
      Training.start(
          data, config, folder.resolve("run"), Training.Options.DEFAULT.withListener(counter));
    }
    assertThat(live.get(10L)).isPositive();
    assertThat(live.get(150L)).isEqualTo(live.get(10L));
  }
}
