package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.RunSettings;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.lists.SeenItems;
import dev.twotower.trainer.tower.Tower;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training on a log with kinds of feedback is one on the rows of its positives alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FeedbackTrainingTest {
  private static final Device CPU = Device.cpu();
  private static final List<String> KINDS = List.of("buy", "click", "hide", "other");
  private static final String EVENTS =
      "events={buy: 3, click: {weight: 0.5}, hide: never, other: ignore}";
  private static final String[] SMALL = {
    "device=cpu",
    "threads=1",
    "batchSize=64",
    "epochs=2",
    "dim=8",
    "user.embedding=8",
    "item.embedding=8",
    "evaluation.everyEpochs=0",
    "evaluation.patience=0"
  };

  @TempDir private static Path folder;
  private Dataset all;
  private Dataset positives;

  @BeforeAll
  void write() {
    all = write(true);
    positives = write(false);
  }

  @AfterAll
  void close() {
    all.close();
    positives.close();
  }

  /** Every request has a positive, so that requests have the same numbers. */
  private static Dataset write(boolean whole) {
    UniformRandomProvider random = Streams.stream(1, "feedback-training-test");
    DatasetBuilder builder =
        new DatasetBuilder().categoricalContext("event", KINDS).items(60).users(36);
    for (int row = 0; row < 1080; row++) {
      int kind = row % 6 == 0 ? 1 + random.nextInt(2) : 1 + random.nextInt(4);
      Split split = row % 30 < 18 ? Split.TRAIN : row % 30 < 24 ? Split.VALIDATION : Split.TEST;
      int item = (random.nextInt(30) + row / 30 * 7) % 60;
      float weight = 1 + row % 2;
      if (kind <= 2 || whole) {
        float times = whole ? 1 : kind == 1 ? 3 : 0.5f;
        builder.row(split, row / 30, item, row / 6, row, weight * times, kind);
      }
    }
    return builder.write(folder.resolve(whole ? "all" : "positives"));
  }

  private static RunConfig config(String... settings) {
    List<String> given = new ArrayList<>(List.of(SMALL));
    given.addAll(List.of(settings));
    return RunConfig.defaults().with(given.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "layout=sorted masks=identity+engaged loss.correction=leave-user-out",
        "layout=requests:20:3 loss.counting=unique user.history.length=4",
        "layout=iid shuffle=disk loss.weighting=users loss.uniform=9",
        "layout=iid masks=identity+context:event trainOn=train+validation",
      })
  void sameWeightsAndMetricsAsTheirRowsAlone(String text) throws Exception {
    String[] settings = text.split(" ");
    Path kinds = folder.resolve("kinds-" + text.hashCode());
    RunConfig config = config(settings).with(EVENTS);
    AtomicInteger steps = new AtomicInteger();
    Training.start(
        all, config, kinds, Training.Options.DEFAULT.withStop(() -> steps.incrementAndGet() == 5));
    Training.resume(all, kinds, Training.Options.DEFAULT);
    Path plain = folder.resolve("plain-" + text.hashCode());
    Training.start(positives, config(settings), plain, Training.Options.DEFAULT);
    assertThat(Files.mismatch(weights(kinds), weights(plain))).isEqualTo(-1);
    assertThat(RunDirectory.open(kinds).config()).isEqualTo(config);
    assertThat(RunDirectory.open(kinds).card().events())
        .isEqualTo(Map.of("buy", "3", "click", "0.5", "hide", "never", "other", "ignore"));
    assertThat(RunDirectory.open(plain).card().events()).isNull();
  }

  private static Path weights(Path run) {
    return run.resolve("model/weights.safetensors");
  }

  /** Items that requests showed are negatives in both engines, and resuming draws the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "layout=sorted masks=identity+user loss.correction=leave-user-out",
        "layout=iid masks=identity+engaged loss.uniform=5 loss.queue=40 loss.queueWarmup=0",
        "layout=requests:9 masks=identity+user+context:event loss.form=bilateral",
        "layout=requests:9 user.history.length=4 user.history.pooling=transformer"
            + " user.history.gaps=true user.history.events=true",
      })
  void whatRequestsShowedIsANegative(String text) throws Exception {
    RunConfig shown = config(EVENTS, "events.other=shown").with(text.split(" "));
    String[][] variants = {
      {"events.other=ignore"}, {"loss.shown.perRequest=0"}, {}, {"engine=dense"}
    };
    List<Path> runs = new ArrayList<>();
    for (String[] variant : variants) {
      Path out = folder.resolve("shown-%s-%d".formatted(text.hashCode(), runs.size()));
      AtomicInteger steps = new AtomicInteger();
      Training.start(
          all,
          shown.with(variant),
          out,
          Training.Options.DEFAULT.withStop(() -> steps.incrementAndGet() == 4));
      Training.resume(all, out, Training.Options.DEFAULT);
      runs.add(out);
    }
    assertThat(Files.mismatch(weights(runs.get(0)), weights(runs.get(1)))).isEqualTo(-1);
    assertThat(Files.mismatch(weights(runs.get(1)), weights(runs.get(2)))).isPositive();
    Path whole = folder.resolve("whole-" + text.hashCode());
    Training.start(all, shown, whole, Training.Options.DEFAULT);
    assertThat(Files.mismatch(weights(runs.get(2)), weights(whole))).isEqualTo(-1);
    double dedup = loss(runs.get(2));
    assertThat(loss(runs.get(3))).isCloseTo(dedup, offset(1e-4 * Math.abs(dedup)));
    assertThat(Math.abs(loss(runs.get(0)) - dedup)).isGreaterThan(1e-3 * Math.abs(dedup));
  }

  /** Whatever the place that a kind has in either configuration; a new one begins at zeros. */
  @Test
  void kindsInHistoriesAreTakenOverByTheirTexts() {
    RunConfig then =
        config(
            "user.history={length: 3, pooling: transformer, events: true}",
            "events={hide: 1, buy: 3, click: never, other: ignore}");
    RunConfig now = then.with("events.buy=never", "events.click=1", "events.other=1");
    try (TwoTowerModel there = TwoTowerModel.create(all.reading(then.events()), then, CPU);
        TwoTowerModel here = TwoTowerModel.create(all.reading(now.events()), now, CPU)) {
      NDArray vectors = there.users().parameters().get(Tower.EVENTS).getArray();
      assertThat(vectors.getShape().getShape()).containsExactly(3, 8);
      float[] values = new float[24];
      for (int i = 0; i < values.length; i++) {
        values[i] = i + 1;
      }
      vectors.set(new NDIndex(":"), there.manager().create(values, vectors.getShape()));
      here.takeDense(there, true);
      float[] taken = here.users().parameters().get(Tower.EVENTS).getArray().toFloatArray();
      float[] expected = new float[32];
      System.arraycopy(values, 0, expected, 0, 8);
      System.arraycopy(values, 16, expected, 16, 8);
      assertThat(taken).isEqualTo(expected);
      String last = "user.history.01layer_innerBias";
      there
          .users()
          .parameters()
          .get(last)
          .getArray()
          .set(new NDIndex(":"), there.manager().create(new float[] {1, 2, 3, 4, 5, 6, 7, 8}));
      here.takeDense(there, true);
      assertThat(here.users().parameters().get(last).getArray().toFloatArray())
          .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }
  }

  /** The last loss that a run logged. */
  private static double loss(Path run) throws IOException {
    return RunDirectory.open(run).metrics().stream()
        .filter(line -> line.has("loss"))
        .reduce((first, second) -> second)
        .orElseThrow()
        .get("loss")
        .doubleValue();
  }

  /** Also of requests that showed something and of which nobody took anything. */
  @Test
  void valuesOfRequestsAreReadBesideKinds() throws Exception {
    DatasetBuilder builder =
        new DatasetBuilder()
            .categoricalContext("event", KINDS)
            .categoricalContext("device", List.of("web", "ios"))
            .numericContext("hour");
    for (int row = 0; row < 240; row++) {
      int request = row / 3;
      int kind = request % 4 == 3 || row % 3 == 2 ? 4 : 1;
      Split split = request % 10 < 8 ? Split.TRAIN : Split.TEST;
      builder.row(
          split, request / 10, row * 7 % 30, request, row, 1, kind, 1 + request % 2, request % 24);
    }
    Path out = folder.resolve("requests");
    try (Dataset data = builder.write(folder.resolve("requests-data"))) {
      RunConfig config =
          config("batchSize=16", "maxSteps=3", "user.features=[context.device, context.hour]")
              .with(EVENTS, "events.other=shown");
      Training.start(data, config, out, Training.Options.DEFAULT);
    }
    try (TrainedRun run = TrainedRun.load(out, Optional.empty(), Optional.empty())) {
      assertThat(evaluate(run, Split.TEST).users()).isEqualTo(8);
    }
  }

  /** Batches of a user's rows alone, which its mask removes, learn from what was shown. */
  @Test
  void whatRequestsShowedMayBeAllNegatives() throws Exception {
    DatasetBuilder builder = new DatasetBuilder().categoricalContext("event", KINDS);
    for (int user = 0; user < 4; user++) {
      for (int row = 0; row < 24; row++) {
        Split split = row < 16 ? Split.TRAIN : Split.TEST;
        builder.row(split, user, (user * 5 + row) % 30, user * 3 + row / 8, row, 1, 1 + row % 2);
      }
    }
    RunConfig config =
        config("layout=sorted", "masks=identity+user", "batchSize=8", "epochs=13")
            .with("events={buy: 1, click: shown, hide: never, other: ignore}");
    try (Dataset data = builder.write(folder.resolve("one-user-data"))) {
      Path nothing = folder.resolve("nothing");
      RunConfig none = config.with("loss.shown.perRequest=0");
      assertThatThrownBy(() -> Training.start(data, none, nothing, Training.Options.DEFAULT))
          .hasMessageContaining("leave no row of the training split a negative");
      Path out = folder.resolve("one-user");
      Training.start(data, config, out, Training.Options.DEFAULT);
      assertThat(loss(out)).isPositive().isFinite();
    }
  }

  /** A single long request would widen what all of a batch take. */
  @Test
  void negativesOfARequestAreFew() {
    assertThat(config("loss.shown.perRequest=64").loss().shown().perRequest()).isEqualTo(64);
    assertThatThrownBy(() -> config("loss.shown.perRequest=65"))
        .hasMessageContaining(
            "loss.shown.perRequest: received 65; allowed: whole number from 0 to 64");
  }

  @Test
  void whatShownItemsHaveNoPlaceInIsRefused() {
    RunConfig shown = config().with(EVENTS, "events.other=shown");
    for (String setting :
        List.of(
            "loss.correction=streaming",
            "loss.counting=unique",
            "loss.positive=uncorrected",
            "loss.form=top-k")) {
      assertThatThrownBy(() -> shown.with(setting))
          .hasMessageContaining(setting.substring(0, setting.indexOf('=')))
          .hasMessageContaining("with shown rows (events); or loss.shown.perRequest 0");
      shown.with(setting, "loss.shown.perRequest=0");
      config(setting);
    }
  }

  @Test
  void whatUsersMustNotGetIsNotRankedAndCountedWhereItIsNew() throws Exception {
    Path out = folder.resolve("never");
    Training.start(
        all, config("masks=identity").with(EVENTS, "maxSteps=2"), out, Training.Options.DEFAULT);
    try (TrainedRun run = TrainedRun.load(out, Optional.empty(), Optional.empty())) {
      EvaluationResult result = evaluate(run, Split.TEST);
      EvaluationResult.OfKinds kinds = result.feedback();
      assertThat(kinds.positives()).containsExactly("buy", "click");
      assertThat(kinds.never()).containsExactly("hide");
      assertThat(kinds.dislikes()).isPositive();
      assertThat(kinds.disliked()).containsOnlyKeys("disliked@20", "disliked@60");
      // All that is ranked is listed in 60 places.
      assertThat(kinds.disliked().get("disliked@60")).isEqualTo(1);
      assertThat(kinds.disliked().get("disliked@20")).isBetween(0.05, 0.95);
      assertThat(kinds.byPopularity().get("disliked@60")).isEqualTo(1);
      var never = run.data().rows(Feedback.Role.NEVER, Split.TRAIN);
      int item = never.item(0);
      assertThat(new SeenItems(run.data(), true).of(never.user(0))).contains(item);
      assertThat(new SeenItems(run.data()).of(never.user(0))).contains(item);
      assertThat(new SeenItems(positives, true).of(never.user(0))).isEmpty();
    }
    try (TrainedRun run = TrainedRun.load(plain(), Optional.empty(), Optional.empty())) {
      assertThat(evaluate(run, Split.TEST).feedback()).isNull();
    }
  }

  private Path plain() throws Exception {
    Path out = folder.resolve("plain");
    Training.start(positives, config("maxSteps=2"), out, Training.Options.DEFAULT);
    return out;
  }

  private static EvaluationResult evaluate(TrainedRun run, Split split) throws IOException {
    RankingOptions options =
        RankingOptions.defaults(split)
            .withCutoffs(List.of(20, 60))
            .withReplicates(0)
            .withRankSeen(true);
    return run.evaluate(new RankingEvaluator(Training.rankingData(run.data()), options), split);
  }

  @Test
  void configurationsTakeKindsFromFilesAndSingleSettings() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("events.yaml"), "events: {buy: 3, click: 1, hide: never, other: 2}\n");
    RunConfig config =
        RunConfig.load(
            Optional.of(file), List.of("events.other=ignore", "events.click.weight=0.5"));
    assertThat(config.events()).isEqualTo(config().with(EVENTS).events());
    Path written = Files.writeString(folder.resolve("again.yaml"), config.toYaml());
    assertThat(RunConfig.load(Optional.of(written), List.of())).isEqualTo(config);
    assertThat(config.differences(config.with("events.click=shown", "events.new=1")))
        .containsExactly(
            "events.click: 0.5 there, 'shown' now", "events.new: nothing there, 1 now");
    assertThat(RunConfig.defaults().differences(config)).hasSize(4);
  }

  @Test
  void allMistakesAreToldTogether() {
    assertThatThrownBy(() -> config("events={buy: 0, click: often, hide: {weight: 1, more: 2}}"))
        .hasMessageContaining("3 problems")
        .hasMessageContaining("events.buy: received 0; allowed: a weight above 0")
        .hasMessageContaining("events.click: received 'often'")
        .hasMessageContaining("shown, never, ignore");
    assertThatThrownBy(() -> config("events=3")).hasMessageContaining("a section with a kind");
    RunSettings settings =
        RunSettings.of(Optional.empty(), List.of("events.bay=1", "user.features=[x]"));
    assertThatThrownBy(() -> settings.on(all))
        .hasMessageContaining("user.features")
        .hasMessageContaining(
            "events.bay: the log has no such kind; it has buy, click, hide, other")
        .hasMessageContaining("does not say what buy, click, hide, other are");
    assertThat(
            RunSettings.lacking(all, Optional.empty(), List.of("events.buy=-1", "batchSize=70000")))
        .noneMatch(problem -> problem.contains("buy is"))
        .anyMatch(problem -> problem.contains("click, hide, other are"));
  }
}
