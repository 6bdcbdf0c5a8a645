package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.TrainedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training on train+validation is a training on the same rows imported as one split. */
class LastTrainingTest {
  private static final String[] SMALL = {
    "device=cpu",
    "threads=1",
    "batchSize=64",
    "epochs=3",
    "dim=8",
    "user.embedding=8",
    "item.embedding=8",
    "evaluation.everyEpochs=0",
    "evaluation.patience=0"
  };

  @TempDir private Path folder;
  private Dataset apart;
  private Dataset whole;

  @BeforeEach
  void write() {
    apart = write(false);
    whole = write(true);
  }

  @AfterEach
  void close() {
    apart.close();
    whole.close();
  }

  /** Validation rows anywhere, and items that only they have. */
  private Dataset write(boolean asOne) {
    UniformRandomProvider random = Streams.stream(1, "last-training-test");
    DatasetBuilder builder = new DatasetBuilder().numericContext("place").items(61);
    for (int row = 0; row < 720; row++) {
      boolean held = random.nextInt(5) == 0;
      Split split = row % 18 == 17 ? Split.TEST : held && !asOne ? Split.VALIDATION : Split.TRAIN;
      int item = held ? 20 + random.nextInt(40) : random.nextInt(40);
      builder.row(split, row / 18, item, row / 6, row, 1 + row % 2, random.nextInt(9));
    }
    return builder.write(folder.resolve(asOne ? "whole" : "apart"));
  }

  private static RunConfig config(String trainOn, String settings) {
    List<String> all = new ArrayList<>(List.of(SMALL));
    all.addAll(List.of(settings.split(" ")));
    all.add("trainOn=" + trainOn);
    return RunConfig.defaults().with(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "layout=sorted masks=identity+engaged loss.correction=leave-user-out",
        "layout=requests:20:3 loss.counting=unique user.history.length=4",
        "layout=iid masks=identity+context:place/2 loss.weighting=users",
      })
  void sameWeightsAndRankingAsTheSameRowsInOneSplit(String settings) throws Exception {
    Path joined = folder.resolve("joined");
    AtomicInteger steps = new AtomicInteger();
    RunConfig config = config("train+validation", settings);
    Training.start(
        apart,
        config,
        joined,
        Training.Options.DEFAULT.withStop(() -> steps.incrementAndGet() == 7));
    TrainingResult result = Training.resume(apart, joined, Training.Options.DEFAULT);
    Path one = folder.resolve("one");
    Training.start(whole, config("train", settings), one, Training.Options.DEFAULT);
    assertThat(Files.mismatch(weights(joined), weights(one))).isEqualTo(-1);
    assertThat(result.metrics()).isEmpty();
    EvaluationResult ofJoined = evaluate(joined);
    assertThat(ofJoined.metrics()).isEqualTo(evaluate(one).metrics());
    assertThat(ofJoined.baselines()).isEqualTo(evaluate(one).baselines());
    assertThat(ofJoined.slices()).isEqualTo(evaluate(one).slices());
  }

  private static Path weights(Path run) {
    return run.resolve("model/weights.safetensors");
  }

  private static EvaluationResult evaluate(Path path) throws IOException {
    try (TrainedRun run = TrainedRun.load(path, Optional.empty(), Optional.empty())) {
      assertThat(run.directory().card().trainedOn()).isEqualTo(run.config().trainOn().toString());
      RankingOptions options = RankingOptions.defaults(Split.TEST).withReplicates(0);
      return run.evaluate(
          new RankingEvaluator(Training.rankingData(run.data()), options), Split.TEST);
    }
  }

  @Test
  void choosingAnEpochOnRowsThatAreLearnedFromIsRefused() {
    for (String setting : List.of("evaluation.everyEpochs=1", "evaluation.patience=2")) {
      assertThatThrownBy(() -> config("train+validation", setting))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("trainOn")
          .hasMessageContaining("set both to 0")
          .hasMessageContaining("--on train+validation");
      config("train+validation", "evaluation.split=test " + setting);
    }
  }
}
