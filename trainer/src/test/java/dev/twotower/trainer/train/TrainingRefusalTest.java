package dev.twotower.trainer.train;

import static dev.twotower.trainer.train.Taste.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.RunConfig;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that does not fit its data set is refused before anything is written. */
class TrainingRefusalTest {
  @TempDir private Path folder;
  private Dataset data;

  @BeforeEach
  void writeData() {
    data = Taste.write(folder.resolve("data"));
  }

  @AfterEach
  void closeData() {
    data.close();
  }

  @Test
  void refusesABatchLargerThanTheData() {
    assertThatThrownBy(() -> train("run", config("batchSize=100000")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batchSize is 100000")
        .hasMessageContaining("720");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  /** 720 rows in batches of 64 are 12 steps an epoch. */
  @Test
  void refusesAWarmupThatTheRunDoesNotOutlast() throws Exception {
    RunConfig config = config("epochs=2", "optimizer.warmupSteps=24");
    assertThatThrownBy(() -> train("run", config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("optimizer.warmupSteps: received 24")
        .hasMessageContaining("24 steps of 64 rows")
        .hasMessageContaining("below 24");
    assertThat(folder.resolve("run")).doesNotExist();
    train("shorter", config.with("optimizer.warmupSteps=23"));
  }

  /** At and below temperature x log(items), positives no worse than chance are pushed away. */
  @Test
  void refusesATopKTemperatureThatPushesPositivesAway() throws Exception {
    double least = 0.5 * Math.log(data.items());
    String[] topK = {"loss.form=top-k", "loss.temperature=0.5", "maxSteps=1"};
    RunConfig below = config(topK).with("loss.topK.temperature=" + least);
    assertThatThrownBy(() -> train("run", below))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("loss.topK.temperature: received " + least)
        .hasMessageContaining("loss.temperature 0.5")
        .hasMessageContaining(String.format(Locale.ROOT, "above %.2f", least));
    assertThat(folder.resolve("run")).doesNotExist();
    train("run", below.with("loss.form=softmax"));
    train("above", config(topK).with("loss.topK.temperature=" + 1.01 * least));
  }

  @Test
  void refusesMasksThatLeaveNoNegative() throws Exception {
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 40; row++) {
      builder.row(Split.TRAIN, 0, row % 9, row / 4, row);
    }
    try (Dataset ofOneUser = builder.write(folder.resolve("one-user"))) {
      RunConfig config = config("masks=identity+user", "batchSize=8", "layout=sorted");
      assertThatThrownBy(
              () ->
                  Training.start(
                      ofOneUser, config, folder.resolve("run"), Training.Options.DEFAULT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("identity+user")
          .hasMessageContaining("at most 1 user");
      assertThat(folder.resolve("run")).doesNotExist();
      Training.start(
          ofOneUser,
          config.with("loss.uniform=4"),
          folder.resolve("run"),
          Training.Options.DEFAULT);
    }
  }

  @Test
  void refusesGapsBetweenRowsThatHaveAnOrderAlone() throws Exception {
    DatasetBuilder builder = new DatasetBuilder().withoutTimes();
    for (int row = 0; row < 40; row++) {
      builder.row(Split.TRAIN, row / 8, row % 9, row / 4, row);
    }
    RunConfig config =
        config(
            "batchSize=8",
            "user.history.length=2",
            "user.history.pooling=transformer",
            "user.history.gaps=true");
    try (Dataset ordered = builder.write(folder.resolve("ordered"))) {
      assertThatThrownBy(
              () ->
                  Training.start(ordered, config, folder.resolve("run"), Training.Options.DEFAULT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("user.history.gaps: received true, but the log has an order");
      assertThat(folder.resolve("run")).doesNotExist();
    }
  }

  @Test
  void refusesAMaskOverAColumnThatIsNotThere() {
    assertThatThrownBy(() -> train("run", config("masks=context:geo")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("geo");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private void train(String name, RunConfig config) throws Exception {
    Training.start(data, config, folder.resolve(name), Training.Options.DEFAULT);
  }
}
