package dev.twotower.trainer.train;

import static dev.twotower.trainer.train.Taste.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.TrainedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingTest {
  @TempDir private static Path log;
  private static Dataset data;

  @TempDir private Path folder;

  @BeforeAll
  static void writeData() {
    data = Taste.write(log.resolve("data"));
  }

  @AfterAll
  static void closeData() {
    data.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "layout=iid",
        "layout=sorted",
        "layout=requests:20",
        "layout=requests:20:3",
        "engine=dense",
        "masks=identity+engaged",
        "masks=identity+context:time/50",
        "user.hidden=[8]",
        "item.hidden=[32,16]",
        "optimizer.tables=lazy-adam",
        "layout=requests:20:3 optimizer.tables=lazy-adam optimizer.rowSteps=batch",
        "layout=requests:20:3 optimizer.rowSteps=aligned optimizer.rowStepsOf=both",
        "loss.learnTemperature=true",
        "loss.weighting=users",
        "optimizer.clipNorm=0.5",
        "user.history.length=5",
        "item.features=[id,category] item.idDropout=0.5",
        "item.features=[id,category.2] item.hidden=[16]",
        "tree.lambda=0.1 tree.batchSize=24"
      })
  void learnsTheTasteUnderEverySetting(String setting) throws Exception {
    TrainingResult result =
        Training.start(
            data,
            config((setting + " epochs=3").split(" ")),
            folder.resolve("run"),
            Training.Options.DEFAULT);
    // Ten of ninety items at random recall a ninth; knowing the third of the catalogue, a third.
    assertThat(result.metrics().get("recall@10")).isGreaterThan(0.2);
  }

  /**
   * Settings whose state goes beyond weights and optimisers, or whose loss is put together anew.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss.counting=unique",
        "loss.positive=uncorrected",
        "loss.counting=unique loss.positive=uncorrected",
        "loss.correction=leave-user-out",
        "loss.correction=leave-user-out loss.positive=uncorrected",
        "loss.correction=streaming loss.streaming.start=5",
        "loss.correction=streaming loss.counting=unique",
        "loss.correction=streaming loss.positive=uncorrected engine=dense",
        "loss.uniform=40",
        "loss.queue=150 loss.queueWarmup=5",
        "loss.queue=150 loss.queueWarmup=20 engine=dense user.hidden=[8]",
        "loss.uniform=20 loss.queue=100 loss.queueWarmup=3 loss.correction=leave-user-out",
        "loss.uniform=20 loss.queue=30 loss.queueWarmup=0 masks=identity+context:time/50",
        "loss.uniform=20 loss.counting=unique loss.correction=streaming layout=requests:20",
        "loss.form=top-k loss.topK.k=5 loss.topK.temperature=3 loss.queue=150 loss.queueWarmup=5",
        "loss.form=bilateral loss.positive=uncorrected loss.uniform=20",
        "optimizer.schedule=cosine optimizer.scheduleFloor=0.1 optimizer.warmupSteps=20"
            + " evaluation.patience=0 user.hidden=[8] loss.learnTemperature=true",
        "tree.lambda=0.1 tree.batchSize=24 loss.uniform=20 loss.queue=100 loss.queueWarmup=3",
        "tree.lambda=0.1 tree.batchSize=24 tree.batches=random item.hidden=[16] engine=dense",
        "tree.lambda=0.1 tree.batchSize=40 tree.coEngagement=0.5 tree.mislabelled=0.2",
        "tree.lambda=0.1 tree.batchSize=24 tree.coEngagement=1 layout=requests:20",
        "item.features=[id,category] item.idDropout=0.3 user.history.length=3 user.idDropout=0.2",
        "user.history={length: 4, pooling: transformer, layers: 2, heads: 2, gaps: true}"
      })
  void learnsAndResumesExactlyUnderEveryCorrectionAndPool(String settings) throws Exception {
    List<String> all = new ArrayList<>(List.of(settings.split(" (?=[a-z]+[.=])")));
    all.add("epochs=3");
    RunConfig config = config(all.toArray(String[]::new));
    TrainingResult whole =
        Training.start(data, config, folder.resolve("whole"), Training.Options.DEFAULT);
    assertThat(whole.metrics().get("recall@10")).isGreaterThan(0.2);
    AtomicLong steps = new AtomicLong();
    TrainingResult stopped =
        Training.start(
            data,
            config,
            folder.resolve("stopped"),
            Training.Options.DEFAULT.withStop(() -> steps.incrementAndGet() == 17));
    assertThat(stopped.interrupted()).isTrue();
    Training.resume(data, folder.resolve("stopped"), Training.Options.DEFAULT);
    assertThat(weights("stopped")).isEqualTo(weights("whole"));
    assertThat(treeLines("stopped")).isEqualTo(treeLines("whole"));
    assertThat(treeLines("whole")).hasSize(config.tree().enabled() ? (int) whole.epochs() : 0);
  }

  private List<JsonNode> treeLines(String run) throws Exception {
    return RunDirectory.open(folder.resolve(run)).metrics().stream()
        .filter(line -> line.path("type").asText().equals("tree"))
        .toList();
  }

  /** Without histories a user's requests share a vector; with them they do not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "user.history.length=0",
        "user.history.length=5",
        "masks=identity+context:time/50",
        "masks=identity+engaged loss.positive=uncorrected",
        "loss.correction=leave-user-out loss.uniform=20 loss.queue=100 loss.queueWarmup=3",
        "loss.correction=leave-user-out loss.positive=uncorrected loss.weighting=sqrt-users",
        "loss.correction=streaming loss.counting=unique masks=user+context:time",
        "loss.form=top-k loss.topK.k=5 loss.topK.temperature=3 loss.uniform=20",
        "loss.form=top-k loss.topK.k=5 loss.counting=unique user.history.length=5",
        "loss.form=bilateral loss.bilateral.power=1 masks=identity+context:time/50",
        "loss.form=bilateral loss.weighting=sqrt-users user.history.length=5 loss.uniform=20"
      })
  void bothEnginesTakeTheSameSteps(String settings) throws Exception {
    List<float[]> vectors = new ArrayList<>();
    for (String engine : List.of("dedup", "dense")) {
      String all = settings + " engine=" + engine + " layout=sorted epochs=2 user.hidden=[8]";
      train(engine, config(all.split(" ")));
      try (TrainedRun run =
          TrainedRun.load(folder.resolve(engine), Optional.empty(), Optional.empty())) {
        vectors.add(run.model().tables().get("user").state().get("weights").toFloatArray());
      }
    }
    assertThat(vectors.get(0)).containsExactly(vectors.get(1), within(1e-3f));
  }

  @Test
  void equalSeedsGiveEqualWeightsAndOthersDoNot() throws Exception {
    train("a", config());
    train("b", config());
    train("c", config("seed=2"));
    assertThat(weights("a")).isEqualTo(weights("b"));
    assertThat(weights("a")).isNotEqualTo(weights("c"));
  }

  @Test
  void aRunStoppedAnywhereResumesToTheSameWeights() throws Exception {
    RunConfig config = config("user.hidden=[8]", "loss.learnTemperature=true");
    train("whole", config);
    for (int stopAfter : List.of(1, 7, 12, 20)) {
      AtomicLong steps = new AtomicLong();
      Path out = folder.resolve("stopped" + stopAfter);
      TrainingResult stopped =
          Training.start(
              data,
              config,
              out,
              Training.Options.DEFAULT.withStop(() -> steps.incrementAndGet() == stopAfter));
      assertThat(stopped.interrupted()).isTrue();
      TrainingResult resumed = Training.resume(data, out, Training.Options.DEFAULT);
      assertThat(resumed.interrupted()).isFalse();
      assertThat(weights("stopped" + stopAfter)).isEqualTo(weights("whole"));
    }
  }

  @Test
  void aRunPausedBetweenEpochsGoesOnToTheSameWeights() throws Exception {
    RunConfig config =
        config("user.hidden=[8]", "epochs=3", "optimizer.schedule=linear", "evaluation.patience=0");
    train("whole", config);
    Path out = folder.resolve("paused");
    Training.Options bare = Training.Options.DEFAULT.withoutCheckpoints();
    AtomicLong expected = new AtomicLong();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(long step, long steps, double loss) {
            expected.set(steps);
          }
        };
    TrainingResult first =
        Training.start(data, config, out, bare.withListener(listener).withPauseAfter(1));
    assertThat(expected).as("steps until the pause").hasValue(first.steps());
    assertThat(first.interrupted()).isTrue();
    assertThat(first.epochs()).isEqualTo(1);
    assertThat(Training.resume(data, out, bare.withPauseAfter(1)).steps())
        .as("it is there already")
        .isEqualTo(first.steps());
    assertThat(Training.resume(data, out, bare.withPauseAfter(2)).epochs()).isEqualTo(2);
    assertThat(Training.resume(data, out, bare.withPauseAfter(3)).interrupted()).isFalse();
    assertThat(weights("paused")).isEqualTo(weights("whole"));
  }

  @Test
  void aRunKilledBeforeItsFirstCheckpointStartsAgain() throws Exception {
    RunConfig config = config("epochs=1");
    train("whole", config);
    RunDirectory.create(folder.resolve("killed"), config).close();
    Training.resume(data, folder.resolve("killed"), Training.Options.DEFAULT);
    assertThat(weights("killed")).isEqualTo(weights("whole"));
  }

  @Test
  void withoutEvaluationsBetweenEpochsTheLastStepIsJudged() throws Exception {
    TrainingResult result =
        Training.start(
            data,
            config("epochs=3", "evaluation.everyEpochs=0"),
            folder.resolve("run"),
            Training.Options.DEFAULT);
    assertThat(result.epochs()).isEqualTo(3);
    assertThat(result.bestStep()).isEqualTo(result.steps());
    assertThat(result.metrics()).containsKey("recall@10");
    assertThat(RunDirectory.open(folder.resolve("run")).metrics())
        .filteredOn(line -> line.path("type").asText().equals("evaluation"))
        .hasSize(1)
        .allMatch(line -> line.path("epoch").asLong() == 3);
    // Nothing chose the weights, so the model does not say that anything did.
    assertThat(RunDirectory.open(folder.resolve("run")).card().stopSplit()).isNull();
  }

  private void train(String name, RunConfig config) throws Exception {
    Training.start(data, config, folder.resolve(name), Training.Options.DEFAULT);
  }

  private byte[] weights(String run) throws Exception {
    return Files.readAllBytes(folder.resolve(run).resolve("model/weights.safetensors"));
  }
}
