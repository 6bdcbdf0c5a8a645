package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.json.Json;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.command.Invocation;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.export.ExportFormat;
import dev.twotower.trainer.serving.lists.ItemChoice;
import dev.twotower.trainer.serving.recommend.ModelVectors;
import dev.twotower.trainer.serving.recommend.NewUserList;
import dev.twotower.trainer.serving.recommend.Recommendation;
import dev.twotower.trainer.serving.recommend.RequestValue;
import dev.twotower.trainer.warm.WarmStart;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model is worth that reads what its log depends on, and on nothing else. */
class ContextRankingTest {
  @TempDir private static Path folder;
  private static final List<String> told = new ArrayList<>();
  private static Dataset data;

  @BeforeAll
  static void write() throws Exception {
    data = DeviceLog.write(folder.resolve("data"));
    train("with", "user.features=[id,context.device,context.hour]", "user.hidden=[8]");
    train("without", "user.features=[id]", "user.hidden=[8]", "evaluation.byRequest=true");
  }

  @AfterAll
  static void close() {
    data.close();
  }

  private static void train(String name, String... settings) throws Exception {
    TrainingResult result =
        Training.start(
            data, DeviceLog.config(settings), folder.resolve(name), Training.Options.DEFAULT);
    assertThat(result.metrics()).containsKey("recall@10");
  }

  private static TrainedRun run(String name) throws Exception {
    return TrainedRun.load(folder.resolve(name), Optional.empty(), Optional.empty());
  }

  private static EvaluationResult byRequest(String name) throws Exception {
    RankingOptions options =
        RankingOptions.defaults(Split.TEST).withCutoffs(List.of(10)).withByRequest(true);
    try (TrainedRun run = run(name)) {
      return run.evaluate(new RankingEvaluator(Training.rankingData(data), options), Split.TEST);
    }
  }

  @Test
  void itFindsByFarMoreThanOneThatDoesNotReadIt() throws Exception {
    EvaluationResult with = byRequest("with");
    assertThat(with.protocol().requests()).isEqualTo(with.users());
    assertThat(with.metrics().get("recall@10"))
        .isGreaterThan(0.8)
        .isGreaterThan(2 * byRequest("without").metrics().get("recall@10"));
  }

  /** Epochs are judged as evaluate does it, with each request's values. */
  @Test
  void trainingEndsWithTheSameFigure() throws Exception {
    RankingOptions options =
        RankingOptions.defaults(Split.VALIDATION).withCutoffs(List.of(10)).withByRequest(true);
    RankingEvaluator evaluator = new RankingEvaluator(Training.rankingData(data), options);
    for (String name : List.of("with", "without")) {
      try (TrainedRun run = run(name)) {
        double logged =
            run.directory().metrics().stream()
                .filter(line -> line.path("type").asText().equals("evaluation"))
                .reduce((first, last) -> last)
                .orElseThrow()
                .path("metrics")
                .path("recall@10")
                .asDouble();
        EvaluationResult found = run.evaluate(evaluator, Split.VALIDATION);
        assertThat(found.metrics().get("recall@10")).as(name).isEqualTo(logged);
      }
    }
  }

  /** A combination that loses, too, is judged as the one that reads requests. */
  @Test
  void aGridThatReadsRequestsIsChosenByThem() throws Exception {
    Path out = folder.resolve("grid");
    Invocation compared =
        Invocation.done(
            "compare",
            "--data=" + folder.resolve("data"),
            "--arms=iid/identity,sorted/identity",
            "--seeds=1",
            "--grid=user.features=[id],[id,context.device]",
            "--set=device=cpu",
            "--set=threads=1",
            "--set=dim=4",
            "--set=epochs=1",
            "--set=batchSize=64",
            "--out=" + out);
    String note = "note: all arms are ranked for each request of the test split by itself";
    assertThat(compared.err().indexOf(note))
        .as("before anything is trained, which may take hours")
        .isBetween(0, compared.err().indexOf("seed 1"));
    assertThat(compared.out())
        .contains("of the ranking, for each request by itself and averaged by user")
        .doesNotContain("warning: User towers");
    List<Path> runs;
    try (Stream<Path> files = Files.walk(out)) {
      runs = files.filter(file -> file.endsWith("config.yaml")).toList();
    }
    assertThat(runs).hasSizeGreaterThanOrEqualTo(4);
    for (Path run : runs) {
      assertThat(RunConfig.load(Optional.of(run), List.of()).evaluation().byRequest())
          .as("%s", run)
          .isTrue();
    }
  }

  /** A user's one vector is that of the last request before the test. */
  @Test
  void aUserIsListedForAsInItsLastRequest() throws Exception {
    Interactions last = data.interactions(Split.VALIDATION);
    try (TrainedRun run = run("with");
        ModelScorer scorer = run.scorer(Split.TEST)) {
      int fits = 0;
      for (int user = 0; user < DeviceLog.USERS; user++) {
        long row = last.userStart(user);
        FloatBuffer scores = scorer.scores(new int[] {user}, 0, 1);
        int best = 0;
        for (int item = 1; item < DeviceLog.ITEMS; item++) {
          best = scores.get(item) > scores.get(best) ? item : best;
        }
        int device = (int) last.context("device").value(row) - 1;
        fits += DeviceLog.fits(best, device, last.context("hour").value(row) > 12) ? 1 : 0;
      }
      assertThat(fits).isGreaterThan(DeviceLog.USERS * 9 / 10);
    }
  }

  private static Recommendation listed(TrainedRun run, Map<String, List<String>> given) {
    return Recommendation.of(
        run, "u5", given, 5, true, ItemChoice.all(data), Optional.empty(), told::add);
  }

  @Test
  void aListIsForTheRequestThatIsGiven() throws Exception {
    Interactions last = data.interactions(Split.VALIDATION);
    try (TrainedRun run = run("with")) {
      for (int device = 0; device < DeviceLog.DEVICES.size(); device++) {
        String text = DeviceLog.DEVICES.get(device);
        Recommendation found =
            listed(run, Map.of("context.device", List.of(text), "context.hour", List.of("19")));
        int of = device;
        assertThat(found.items())
            .hasSize(5)
            .allMatch(item -> DeviceLog.fits(number(item.item()), of, true), text);
        assertThat(found.request())
            .extracting(RequestValue::name, RequestValue::value, RequestValue::given)
            .containsExactly(
                tuple("context.device", text, true), tuple("context.hour", "19", true));
        // Somebody new has no id, and the request's values all the same.
        assertThat(newcomer(run, text)).allMatch(item -> DeviceLog.fits(item, of, true));
      }
      int code = (int) last.context("device").value(last.userStart(5));
      String hour = Float.toString((float) last.context("hour").value(last.userStart(5)));
      Recommendation usual = listed(run, Map.of());
      assertThat(usual.request())
          .extracting(RequestValue::value, RequestValue::given)
          .containsExactly(tuple(DeviceLog.DEVICES.get(code - 1), false), tuple(hour, false));
      // What is given as the last request had it changes nothing.
      assertThat(
              listed(run, Map.of("context.device", List.of(DeviceLog.DEVICES.get(code - 1))))
                  .items())
          .extracting(Recommendation.Ranked::item)
          .containsExactlyElementsOf(
              usual.items().stream().map(Recommendation.Ranked::item).toList());
      assertThatThrownBy(() -> listed(run, Map.of("context.devise", List.of("ios"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("--feature: received 'context.devise' for a user of the log")
          .hasMessageContaining("context.device");
      assertThat(told).isEmpty();
      listed(run, Map.of("context.device", List.of("fridge")));
      assertThat(told).singleElement().asString().contains("'fridge' is no value");
    }
    try (TrainedRun run = run("without")) {
      assertThat(listed(run, Map.of()).request()).isEmpty();
      assertThatThrownBy(() -> listed(run, Map.of("context.device", List.of("ios"))))
          .hasMessageContaining("reads no values of requests");
    }
  }

  private static int number(String item) {
    return Integer.parseInt(item.substring(1));
  }

  private static List<Integer> newcomer(TrainedRun run, String device) {
    NewUserList.Given given =
        new NewUserList.Given(
            List.of(), Map.of("context.device", List.of(device), "context.hour", List.of("19")));
    return NewUserList.of(
            run, given, 3, false, ItemChoice.all(data), Optional.empty(), new ArrayList<>())
        .items()
        .stream()
        .map(item -> number(item.item()))
        .toList();
  }

  @Test
  void anExportSaysWhichRequestItsUsersAreIn() throws Exception {
    Path out = folder.resolve("export");
    try (TrainedRun run = run("with")) {
      ModelVectors.export(run, out, Set.of(ExportFormat.NPY, ExportFormat.ONNX));
    }
    JsonNode summary = Json.PLAIN.readTree(out.resolve("export.json").toFile());
    assertThat(summary.path("usersAsOf").asText()).isEqualTo("test");
    assertThat(summary.path("usersIn").asText())
        .contains("last request")
        .contains("context.device, context.hour");
    JsonNode texts = Json.PLAIN.readTree(out.resolve("vocabularies.json").toFile());
    assertThat(texts.path("user").path("context.device"))
        .extracting(JsonNode::asText)
        .containsExactly("", "web", "ios", "tv");
  }

  /** As by evaluate --against, and train --from takes rows over in the same way. */
  @Test
  void anotherLogsValuesAreMatchedByTheirTexts() throws Exception {
    RankingOptions options =
        RankingOptions.defaults(Split.TEST).withCutoffs(List.of(10)).withByRequest(true);
    try (Dataset other = DeviceLog.write(folder.resolve("other"), List.of("tv", "web", "ios"));
        TrainedRun run = run("with")) {
      RankingEvaluator evaluator = new RankingEvaluator(Training.rankingData(other), options);
      EvaluationResult there = WarmStart.evaluate(run, other, evaluator, Split.TEST);
      assertThat(there.metrics().get("recall@10"))
          .isCloseTo(byRequest("with").metrics().get("recall@10"), within(1e-9));
    }
  }
}
