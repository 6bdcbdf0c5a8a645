package dev.twotower.spark.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.describe.Description;
import dev.twotower.data.imports.ImportFormat;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.Importers;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.json.Json;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.falsenegatives.FalseNegativeMeter;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.topk.TopLists;
import dev.twotower.masking.MaskSet;
import dev.twotower.spark.LocalSpark;
import dev.twotower.spark.job.Jobs;
import dev.twotower.trainer.command.text.EvaluationText;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.lists.SeenItems;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log of kinds of feedback, whose requests have values that user towers read, in parts and whole.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KindsOfPartsTest {
  private static final String EVENTS = "buy=3,click=0.5,hide=never,view=shown";

  @TempDir static Path temp;

  @BeforeAll
  static void prepare() throws IOException {
    Random random = new Random(5);
    List<String> lines = new ArrayList<>(List.of("who,what,basket,at,kind,device,hour"));
    List<String> kinds = List.of("buy", "click", "view", "view", "hide");
    for (int row = 0; row < 1200; row++) {
      int user = random.nextInt(40);
      int item = Math.min(random.nextInt(50), random.nextInt(50));
      lines.add(
          "%d,%d,%d,%d,%s,%s,%d"
              .formatted(
                  user,
                  item,
                  user * 100 + row / 150,
                  1_700_000_000 + 60 * row,
                  kinds.get(random.nextInt(kinds.size())),
                  device(user, row / 150),
                  (user * 7 + row / 150) % 24));
    }
    Path log = Files.write(temp.resolve("log.csv"), lines);
    for (int parts : new int[] {1, 2}) {
      String said =
          done(
              "prepare",
              "--from=" + log,
              "--to=" + parts(parts),
              "--parts=" + parts,
              "--split=time:0.2",
              "--column=user=who",
              "--column=item=what",
              "--column=request=basket",
              "--column=time=at",
              "--column=event=kind",
              "--context=device",
              "--context=hour:numeric");
      assertThat(said)
          .contains("event view: ")
          .contains("note: rows are of 4 kinds, buy, click, hide, view")
          .contains("(--events buy=1,click=1,hide=1,view=1)");
      train(parts, "run-" + parts);
    }
    Importers.run(
        ImportRequest.builder(ImportFormat.TABLE, log, temp.resolve("whole"))
            .column("user", "who")
            .column("item", "what")
            .column("request", "basket")
            .column("time", "at")
            .column("event", "kind")
            .context("device")
            .context("hour:numeric")
            .split(SplitRule.parse("time:0.2"))
            .build(),
        (stage, done, total) -> {});
  }

  /** One is met in training by a user of one part alone, and in the test split by others. */
  private static String device(int user, int basket) {
    return user == 0 && basket == 0 || user % 3 == 1 && basket == 7 ? "rare" : "d" + basket % 2;
  }

  private static Path parts(int parts) {
    return temp.resolve("parts-" + parts);
  }

  private static void train(int parts, String run) {
    done(
        "train",
        "--data=" + parts(parts),
        "--out=" + temp.resolve(run),
        "--rounds-per-epoch=2",
        "--set=events={buy: 3, click: {weight: 0.5}, hide: never, view: shown}",
        "--set=device=cpu",
        "--set=threads=1",
        "--set=batchSize=32",
        "--set=dim=4",
        "--set=epochs=1",
        "--set=masks=identity+user",
        "--set=user.features=[id,context.device,context.hour]",
        "--set=evaluation.metrics=[recall@20]");
  }

  private static String done(String... args) {
    LocalSpark.Result result = LocalSpark.run(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  private static JsonNode json(String... args) throws IOException {
    return Json.PLAIN.readTree(done(args));
  }

  private static JsonNode shown(Object document) throws IOException {
    return Json.PLAIN.readTree(Json.SHOWN.writeValueAsString(document));
  }

  private static TrainedRun load() throws IOException {
    return TrainedRun.load(temp.resolve("run-2"), Optional.empty(), Optional.empty());
  }

  @Test
  void roundsOverOnePartAreTraining() throws Exception {
    Path one = temp.resolve("run-1");
    RunConfig config = RunConfig.load(Optional.of(one.resolve("config.yaml")), List.of());
    assertThat(config.usesShown()).isTrue();
    Path alone = temp.resolve("alone");
    try (Dataset data = Dataset.open(temp.resolve("whole"))) {
      Training.start(data, config, alone, Training.Options.DEFAULT);
    }
    String weights = "model/weights.safetensors";
    assertThat(one.resolve(weights)).hasSameBinaryContentAs(alone.resolve(weights));
    assertThat(RunDirectory.open(one).card().events())
        .isEqualTo(RunDirectory.open(alone).card().events())
        .containsEntry("view", "shown");
  }

  @Test
  void partsAreDescribedAndDiagnosedAsTheWhole() throws IOException {
    JsonNode described = json("describe", "--data=" + parts(2), "--events=" + EVENTS, "--json");
    JsonNode diagnosed =
        json(
            "diagnose",
            "--data=" + parts(2),
            "--events=" + EVENTS,
            "--layout=sorted",
            "--batch-size=32",
            "--mask=identity",
            "--json");
    try (Dataset data = Dataset.open(temp.resolve("whole"));
        TrainedRun run = load()) {
      Dataset positives = data.reading(run.config().events());
      JsonNode whole = shown(Description.of(positives, List.of(256, 1024, 4096)));
      assertThat(described.get("events")).isEqualTo(whole.get("events"));
      assertThat(described.get("splits")).isEqualTo(whole.get("splits"));
      assertThat(described.get("expected")).isEqualTo(whole.get("expected"));
      FalseNegatives counted =
          new FalseNegativeMeter(positives.interactions(Split.TRAIN), data.items(), 1)
              .measure(Layout.SORTED, 32, MaskSet.parse("identity"), 1, 0);
      assertThat(diagnosed.get(0).get("falseNegativeRate").doubleValue())
          .isEqualTo(shown(counted.falseNegativeRate()).doubleValue())
          .isPositive();
    }
  }

  /** By the run's kinds, and by others. */
  @Test
  void partsRankAsOneMachineDoes() throws IOException {
    ranksAs("events={buy: 3, click: 0.5, hide: never, view: shown}");
    ranksAs(
        "events={buy: 1, click: ignore, hide: never, view: ignore}",
        "--events=buy=1,click=ignore,hide=never,view=ignore",
        "--users=9");
    LocalSpark.Result misfit =
        LocalSpark.run("evaluate", "--run=" + temp.resolve("run-2"), "--events=bay=1");
    assertThat(misfit.exitCode()).isEqualTo(2);
    assertThat(misfit.err()).contains("events.bay: the log has no such kind");
  }

  private static void ranksAs(String events, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--run=" + temp.resolve("run-2"),
                "--k=5,20",
                "--replicates=50",
                "--rank-seen",
                "--json"));
    args.addAll(List.of(more));
    RankingOptions options =
        RankingOptions.defaults(Split.TEST)
            .withSampleUsers(more.length == 0 ? 0 : 9, 0)
            .withReplicates(50)
            .withRankSeen(true)
            .withByRequest(true)
            .withCutoffs(List.of(5, 20));
    EvaluationResult whole;
    try (TrainedRun run = load();
        Dataset log = Dataset.open(temp.resolve("whole"))) {
      Dataset ranked = log.reading(RunConfig.defaults().with(events).events());
      whole = run.evaluate(new RankingEvaluator(Training.rankingData(ranked), options), Split.TEST);
    }
    assertThat(whole.protocol().requests()).isPositive();
    assertThat(whole.feedback().disliked()).containsOnlyKeys("disliked@5", "disliked@20");
    assertThat(json(args.toArray(String[]::new)))
        .isEqualTo(shown(EvaluationText.Document.of(whole)));
  }

  /** What users hid is in no list, though seen items may be. */
  @Test
  void partsListAsOneMachineDoes() throws IOException {
    done(
        "recommend",
        "--run=" + temp.resolve("run-2"),
        "--to=" + temp.resolve("lists"),
        "-k=7",
        "--rank-seen");
    try (Jobs jobs = LocalSpark.jobs();
        TrainedRun run = load();
        ModelScorer scorer = run.scorer(Split.TEST)) {
      Map<String, List<Row>> lists =
          jobs
              .spark()
              .read()
              .parquet(temp + "/lists")
              .orderBy("user", "rank")
              .collectAsList()
              .stream()
              .collect(Collectors.groupingBy(row -> row.getString(0)));
      SeenItems left = new SeenItems(run.data(), true);
      TopLists top = new TopLists(scorer.tiled(), 7, null, left::of, 1);
      int hidden = 0;
      for (int user = 0; user < run.data().users(); user++) {
        int[] items = new int[7];
        top.rank(new int[] {user}, 0, 1, items, new float[7]);
        assertThat(lists.get(run.data().userTable().id(user)))
            .extracting(row -> row.getString(2))
            .isEqualTo(Arrays.stream(items).mapToObj(run.data().itemTable()::id).toList());
        hidden += left.of(user).length;
      }
      assertThat(hidden).isPositive();
    }
  }
}
