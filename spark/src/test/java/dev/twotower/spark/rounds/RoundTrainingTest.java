package dev.twotower.spark.rounds;

import static dev.twotower.spark.rounds.RoundScene.done;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.json.Json;
import dev.twotower.data.message.ProgramName;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.spark.LocalSpark;
import dev.twotower.spark.job.Jobs;
import dev.twotower.spark.ranking.PartModels;
import dev.twotower.spark.ranking.Ranking;
import dev.twotower.trainer.command.text.EvaluationText;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.rounds.RoundPlan;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a log to a model and its rankings, in parts; one log and three runs serve all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoundTrainingTest {
  @TempDir static Path temp;
  private static RoundScene scene;

  @BeforeAll
  static void prepare() throws IOException {
    scene = new RoundScene(temp);
    scene.prepare();
    assertThat(scene.train(2, "two", "2"))
        .contains("each part's batches are its own (--batches part), because of loss.correction");
  }

  /** As it was called, whatever that was. */
  @Test
  void theNextCommandIsOneOfThisProgram() {
    System.setProperty(ProgramName.CALLED, "scripts/twotower");
    try {
      String said =
          done(
              "prepare",
              "--from=" + temp.resolve("log.csv"),
              "--to=" + temp.resolve("next"),
              "--parts=1",
              "--column=user=who",
              "--column=item=what",
              "--column=time=at");
      assertThat(said)
          .contains("next: scripts/twotower-spark describe --data " + temp.resolve("next"));
    } finally {
      System.clearProperty(ProgramName.CALLED);
    }
  }

  /** Refused at once, and nothing is left of it. */
  @Test
  void whatDoesNotGoWithRoundsIsRefused() {
    refused(2, "maxSteps is 5", "--set=maxSteps=5");
    refused(2, "shuffle is disk", "--set=shuffle=disk");
    refused(2, "--from-round goes with --resume", "--from-round=1");
    refused(2, "--keep-rounds: received -1; allowed: 0 and up", "--keep-rounds=-1");
    refused(2, "is no run that twotower-spark train has begun", "--resume");
    refused(2, "--rounds-per-epoch", "--rounds-per-epoch=0");
    String together = "--batches: received log together with ";
    refused(2, together + "--log-q part", "--batches=log", "--log-q=part");
    for (String setting :
        List.of(
            "loss.counting=unique",
            "loss.correction=streaming",
            "loss.queue=64",
            "masks=identity+context:place")) {
      refused(2, together + setting, "--batches=log", "--set=" + setting);
    }
  }

  /** A step of every part is one of the log; of batches of their own, parts have half as many. */
  @ParameterizedTest
  @EnumSource(RoundPlan.Batches.class)
  void aBatchIsOfAllPartsTogetherOrOfEach(RoundPlan.Batches batches) throws IOException {
    String run = "batches-" + batches;
    done(
        "train",
        "--data=" + temp.resolve("parts-2"),
        "--out=" + temp.resolve(run),
        "--rounds-per-epoch=2",
        "--keep-rounds=0",
        "--batches=" + batches.name().toLowerCase(Locale.ROOT),
        "--set=device=cpu",
        "--set=threads=1",
        "--set=batchSize=64",
        "--set=dim=8",
        "--set=epochs=1",
        "--set=layout=iid",
        "--set=evaluation.everyEpochs=0",
        "--set=evaluation.patience=0");
    long all = 0;
    long steps = 0;
    for (JsonNode line : RunDirectory.open(temp.resolve(run)).metrics()) {
      if (line.path("type").asText().equals("round")) {
        all += line.path("rows").asLong();
        steps += line.path("steps").asLong();
      }
    }
    assertThat(all)
        .isEqualTo(
            PartedDataset.open(temp.resolve("parts-2")).manifest().counts().rows(Split.TRAIN));
    long ofOneWorker = (all + 63) / 64;
    assertThat(steps)
        .isBetween(
            batches == RoundPlan.Batches.LOG ? 2 * ofOneWorker - 2 : ofOneWorker - 1,
            batches == RoundPlan.Batches.LOG ? 2 * ofOneWorker + 2 : ofOneWorker + 2);
    if (batches == RoundPlan.Batches.LOG) {
      goesOnFromTheFirstStage(temp.resolve(run));
    }
  }

  /** As if the machine had died when the tables were made, but not all parts' first rows. */
  private static void goesOnFromTheFirstStage(Path run) throws IOException {
    byte[] before = scene.weights(run.getFileName().toString());
    for (String folder :
        List.of(
            "rounds/round-00000/next-00001", "rounds/round-00001", "rounds/round-00002", "model")) {
      WorkFolder.delete(run.resolve(folder));
    }
    done("train", "--data=" + temp.resolve("parts-2"), "--out=" + run, "--resume");
    assertThat(scene.weights(run.getFileName().toString())).isEqualTo(before);
  }

  /** A run goes on with its own settings over its own log. */
  @Test
  void aRunIsResumedAsItWasBegun() {
    String run = "--out=" + temp.resolve("two");
    LocalSpark.Result other =
        LocalSpark.run(
            "train", "--data=" + temp.resolve("parts-2"), run, "--resume", "--set=dim=4");
    assertThat(other.err()).contains("leave out --config, --set and its short forms");
    assertThat(other.exitCode()).isEqualTo(2);
    LocalSpark.Result log =
        LocalSpark.run("train", "--data=" + temp.resolve("parts-1"), run, "--resume");
    assertThat(log.err()).contains("the run was begun on");
    assertThat(log.exitCode()).isEqualTo(3);
    differs("--batches=log", "--batches: received log with --resume, but ", "with part;");
    differs("--merge=mean", "--merge: received mean with --resume, but ", "with sum;");
    differs("--log-q=part", "--log-q: received part with --resume, but ", "with log;");
    differs("--rounds-per-epoch=3", "--rounds-per-epoch: received 3 with --resume,", "with 2;");
  }

  private static void differs(String option, String received, String begun) {
    LocalSpark.Result result =
        LocalSpark.run(
            "train",
            "--data=" + temp.resolve("parts-2"),
            "--out=" + temp.resolve("two"),
            "--resume",
            option);
    assertThat(result.err()).contains(received).contains(begun);
    assertThat(result.exitCode()).isEqualTo(2);
  }

  /** A warm-up that the whole log would end may outlast a part; said before any task begins. */
  @Test
  void theSmallestPartMustEndTheWarmup() {
    PartedDataset parts = PartedDataset.open(temp.resolve("parts-2"));
    long[] rows = new long[2];
    for (int part = 0; part < 2; part++) {
      rows[part] =
          parts.part(part, TrainSplits.TRAIN_AND_VALIDATION).interactions(Split.TRAIN).rows();
    }
    int smaller = rows[0] <= rows[1] ? 0 : 1;
    long steps = (rows[smaller] + 63) / 64;
    String part = "but part %d, the smallest of 2, has ".formatted(smaller);
    refused(
        2,
        "optimizer.warmupSteps: received %d, %s%d steps of 64 rows; allowed: below %d"
            .formatted(steps, part, steps, steps),
        "--batches=part",
        "--set=batchSize=64",
        "--set=epochs=1",
        "--set=trainOn=train+validation",
        "--set=evaluation.everyEpochs=0",
        "--set=evaluation.patience=0",
        "--set=optimizer.warmupSteps=" + steps);
    refused(
        2,
        "batchSize is %d, %s%d rows to train on; allowed: 2 to %d"
            .formatted(rows[smaller] + 1, part, rows[smaller], rows[smaller]),
        "--set=trainOn=train+validation",
        "--set=evaluation.everyEpochs=0",
        "--set=evaluation.patience=0",
        "--batches=part",
        "--set=batchSize=" + (rows[smaller] + 1));
    long all = rows[0] + rows[1];
    refused(
        2,
        "batchSize is %d, but the log of 2 parts has %,d rows to train on; allowed: 2 to %d"
            .formatted(all + 1, all, all),
        "--set=trainOn=train+validation",
        "--set=evaluation.everyEpochs=0",
        "--set=evaluation.patience=0",
        "--set=batchSize=" + (all + 1));
  }

  @Test
  void aLogIsNoDataSetOfParts() {
    Path log = temp.resolve("log.csv");
    LocalSpark.Result result = LocalSpark.run("describe", "--data=" + log);
    assertThat(result.err())
        .contains("is a csv file, no data set; prepare makes one of it: ")
        .contains("-spark prepare --from " + log + " --to DATA --column user=COLUMN");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void whatNoTrainingUsesIsSaid() {
    refused(2, "note: not used in training: context column place", "--set=maxSteps=5");
  }

  private static void refused(int code, String message, String... options) {
    Path out = temp.resolve("refused");
    List<String> args =
        new ArrayList<>(List.of("train", "--data=" + temp.resolve("parts-2"), "--out=" + out));
    args.addAll(List.of(options));
    LocalSpark.Result result = LocalSpark.run(args.toArray(String[]::new));
    assertThat(result.err()).contains(message);
    assertThat(result.exitCode()).isEqualTo(code);
    assertThat(out).doesNotExist();
  }

  @Test
  void roundsOverOnePartAreTraining() throws Exception {
    scene.train(1, "one", "2");
    RunConfig config = RunConfig.load(Optional.of(temp.resolve("one/config.yaml")), List.of());
    try (Dataset data = Dataset.open(temp.resolve("parts-1"))) {
      Training.start(data, config, temp.resolve("whole"), Training.Options.DEFAULT);
    }
    assertThat(scene.weights("one")).isEqualTo(scene.weights("whole"));
  }

  @Tag("nightly")
  @Test
  void aTaskThatIsLostAndARunThatIsResumedChangeNothing() throws IOException {
    Path run = temp.resolve("two");
    Path again = temp.resolve("again");
    scene.train(2, "again", "2");
    assertThat(scene.weights("again")).isEqualTo(scene.weights("two"));
    // As if the machine had died in round 3, with one part of it done.
    WorkFolder.delete(again.resolve("rounds/round-00004"));
    WorkFolder.delete(again.resolve("rounds/round-00003/shared"));
    WorkFolder.delete(again.resolve("rounds/round-00003/part-00001"));
    WorkFolder.delete(again.resolve("model"));
    done("train", "--data=" + temp.resolve("parts-2"), "--out=" + again, "--resume");
    assertThat(scene.weights("again")).isEqualTo(scene.weights("two"));
    done(
        "train",
        "--data=" + temp.resolve("parts-2"),
        "--out=" + again,
        "--resume",
        "--from-round=3",
        "--keep-rounds=0");
    assertThat(scene.weights("again")).isEqualTo(scene.weights("two"));
    assertThat(run.resolve("rounds/round-00001/part-00001/touched.bin")).isNotEmptyFile();
  }

  /** To the last bit, before any number is shortened; then as documents have them. */
  @ParameterizedTest
  @ValueSource(ints = {0, 7})
  void partsRankAsOneMachineDoes(int users) throws IOException {
    Path data = temp.resolve("parts-2");
    Path two = temp.resolve("two");
    RankingOptions options =
        RankingOptions.defaults(Split.TEST)
            .withSampleUsers(users, 0)
            .withReplicates(50)
            .withCutoffs(List.of(5, 20))
            .withAlso(List.of(Metric.Kind.AUC, Metric.Kind.MAP));
    EvaluationResult whole;
    EvaluationResult ofParts;
    try (TrainedRun run = TrainedRun.load(two, Optional.empty(), Optional.empty());
        Jobs jobs = LocalSpark.jobs()) {
      whole =
          run.evaluate(new RankingEvaluator(Training.rankingData(run.data()), options), Split.TEST);
      ofParts =
          Ranking.evaluate(
              jobs,
              "rank",
              PartedDataset.open(data),
              PartModels.ofRun(PartedDataset.open(data), two),
              options,
              run.config().trainOn());
    }
    assertThat(ofParts.metrics()).isEqualTo(whole.metrics());
    assertThat(ofParts.baselines()).isEqualTo(whole.baselines());
    assertThat(ofParts.intervals()).isEqualTo(whole.intervals());
    assertThat(ofParts.slices()).isEqualTo(whole.slices());
    assertThat(ofParts.protocol()).isEqualTo(whole.protocol());
    assertThat(ofParts.ofUsers().users()).isEqualTo(whole.ofUsers().users());
    String found =
        done(
            "evaluate",
            "--data=" + data,
            "--run=" + two,
            "--k=5,20",
            "--also=auc,map",
            "--users=" + users,
            "--replicates=50",
            "--json");
    assertThat(Json.PLAIN.readTree(found))
        .isEqualTo(
            Json.PLAIN.readTree(Json.SHOWN.writeValueAsString(EvaluationText.Document.of(whole))));
    assertThat(whole.metrics().get("recall@20")).isPositive();
    assertThat(whole.metrics().get("auc")).isPositive();
  }

  @Test
  void partsEmbedAndRecommendAsOneMachineDoes() throws IOException {
    done(
        "embed",
        "--data=" + temp.resolve("parts-2"),
        "--run=" + temp.resolve("two"),
        "--to=" + temp.resolve("vectors"));
    done(
        "recommend",
        "--data=" + temp.resolve("parts-2"),
        "--run=" + temp.resolve("two"),
        "--to=" + temp.resolve("lists"),
        "-k=7");
    // The run knows where its data set is.
    done(
        "recommend",
        "--run=" + temp.resolve("two"),
        "--to=" + temp.resolve("named"),
        "-k=7",
        "--names");
    try (Jobs jobs = LocalSpark.jobs();
        TrainedRun run = TrainedRun.load(temp.resolve("two"), Optional.empty(), Optional.empty());
        ModelScorer scorer = run.scorer(Split.TEST)) {
      List<Row> users =
          jobs.spark().read().parquet(temp + "/vectors/users").orderBy("row").collectAsList();
      assertThat(users).hasSize(run.data().users());
      for (int user = 0; user < users.size(); user++) {
        float[] vector = scorer.userVectors(new int[] {user}, 0, 1);
        assertThat(users.get(user).getString(1)).isEqualTo(run.data().userTable().id(user));
        List<Float> expected = new ArrayList<>();
        for (float value : vector) {
          expected.add(value);
        }
        assertThat(users.get(user).<Float>getList(2)).isEqualTo(expected);
      }
      Map<String, Long> lists = new HashMap<>();
      jobs.spark()
          .read()
          .parquet(temp + "/lists")
          .collectAsList()
          .forEach(row -> lists.merge(row.getString(0), 1L, Long::sum));
      assertThat(lists).hasSize(run.data().users());
      assertThat(lists.values()).containsOnly(7L);
      List<Row> named = jobs.spark().read().parquet(temp + "/named").collectAsList();
      assertThat(named).hasSize(7 * run.data().users());
      assertThat(named.get(0).schema().fieldNames())
          .containsExactly("user", "rank", "item", "score", "name", "source");
      assertThat(named)
          .allSatisfy(row -> assertThat(row.getString(4)).isEqualTo("thing " + row.getString(2)));
      assertThat(jobs.spark().read().parquet(temp + "/vectors/items").count())
          .isEqualTo(run.data().items());
    }
  }
}
