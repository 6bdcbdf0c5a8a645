package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.json.Json;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.export.ExportFormat;
import dev.twotower.trainer.serving.lists.ItemChoice;
import dev.twotower.trainer.serving.recommend.ModelVectors;
import dev.twotower.trainer.serving.recommend.NewUserList;
import dev.twotower.trainer.serving.recommend.Recommendation;
import dev.twotower.trainer.serving.recommend.RequestValue;
import dev.twotower.trainer.tower.ClosedTowers;
import dev.twotower.trainer.tower.Histories;
import dev.twotower.trainer.tower.TowerInputs;
import dev.twotower.trainer.tower.Towers;
import dev.twotower.trainer.warm.WarmStart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user tower that reads the words of a request's query. */
class QueryWordsTest {
  private static final String QUERY = "context.query";
  private static final String TABLE = "user.context.query";

  @TempDir private static Path folder;
  private static Dataset data;

  @BeforeAll
  static void write() throws Exception {
    data = QueryLog.write(folder.resolve("data"));
    train("with", "user.features=[id,context.query]");
    train("without", "user.features=[id]");
  }

  @AfterAll
  static void close() {
    data.close();
  }

  private static void train(String name, String features) throws Exception {
    RunConfig config = DeviceLog.config(features);
    Training.start(data, config, folder.resolve(name), Training.Options.DEFAULT);
  }

  private static TrainedRun run(String name) throws Exception {
    return TrainedRun.load(folder.resolve(name), Optional.empty(), Optional.empty());
  }

  private static RankingEvaluator evaluator(Dataset of) {
    RankingOptions options =
        RankingOptions.defaults(Split.TEST).withCutoffs(List.of(10)).withByRequest(true);
    return new RankingEvaluator(Training.rankingData(of), options);
  }

  private static double recall(String name) throws Exception {
    try (TrainedRun run = run(name)) {
      EvaluationResult found = run.evaluate(evaluator(data), Split.TEST);
      return found.metrics().get("recall@10");
    }
  }

  @Test
  void wordsAreLearned() throws Exception {
    assertThat(recall("with")).isGreaterThan(0.7).isGreaterThan(2 * recall("without"));
  }

  private static Recommendation listed(TrainedRun run, List<String> told, String... query) {
    Map<String, List<String>> given = query.length == 0 ? Map.of() : Map.of(QUERY, List.of(query));
    return Recommendation.of(
        run, "u5", given, 5, true, ItemChoice.all(data), Optional.empty(), told::add);
  }

  @Test
  void aListIsForTheWordsThatAreGiven() throws Exception {
    List<String> told = new ArrayList<>();
    try (TrainedRun run = run("with")) {
      int fits = 0;
      for (String colour : QueryLog.COLOURS) {
        for (String thing : QueryLog.THINGS) {
          int pair = QueryLog.pair(List.of(colour, thing));
          Recommendation found =
              listed(run, told, thing.toUpperCase(Locale.ROOT) + ", " + colour + "!");
          fits += (int) found.items().stream().filter(i -> number(i.item()) / 5 == pair).count();
        }
      }
      assertThat(fits).isGreaterThan(12 * 5 * 7 / 10);
      assertThat(told).isEmpty();
      // Words may come one by one, and what the log does not have is left out.
      List<String> ranked = items(listed(run, told, "blue lamp"));
      assertThat(items(listed(run, told, "lamp", "blue"))).isEqualTo(ranked);
      assertThat(told).isEmpty();
      Recommendation some = listed(run, told, "Blue fancy lamp");
      assertThat(items(some)).isEqualTo(ranked);
      assertThat(some.request()).extracting(RequestValue::value).containsExactly("Blue fancy lamp");
      assertThat(told)
          .singleElement()
          .asString()
          .startsWith("note: 'fancy' is no value of 'context.query' in this log, and is left out;");
      told.clear();
      listed(run, told, "fancy hat");
      assertThat(told)
          .singleElement()
          .asString()
          .contains("'fancy', 'hat' are no values", "so it counts as missing");
      // Somebody new has no id, and the words all the same.
      NewUserList.Given words =
          new NewUserList.Given(List.of(), Map.of(QUERY, List.of("blue lamp")));
      NewUserList newcomer =
          NewUserList.of(
              run, words, 3, false, ItemChoice.all(data), Optional.empty(), new ArrayList<>());
      int pair = QueryLog.pair(List.of("blue", "lamp"));
      assertThat(newcomer.items()).allMatch(item -> number(item.item()) / 5 == pair);
    }
  }

  @Test
  void withoutWordsTheLastQueryCounts() throws Exception {
    try (TrainedRun run = run("with")) {
      FeatureColumn column = run.model().sources().requests().feature(QUERY);
      int request =
          data.interactions(Split.VALIDATION)
              .request(data.interactions(Split.VALIDATION).userStart(5));
      List<String> words = Arrays.stream(column.codes(request)).mapToObj(column::text).toList();
      Recommendation usual = listed(run, new ArrayList<>());
      assertThat(usual.request())
          .singleElement()
          .isEqualTo(
              new RequestValue(
                  QUERY, String.join(" ", words), false, usual.request().get(0).column()));
      assertThat(items(listed(run, new ArrayList<>(), String.join(" ", words))))
          .isEqualTo(items(usual));
    }
  }

  private static List<String> items(Recommendation list) {
    return list.items().stream().map(Recommendation.Ranked::item).toList();
  }

  private static int number(String item) {
    return Integer.parseInt(item.substring(1));
  }

  /** As by evaluate --against; train --from takes rows over in the same way. */
  @Test
  void anotherLogsWordsAreMatchedByTheirTexts() throws Exception {
    try (Dataset other = QueryLog.write(folder.resolve("other"), true);
        TrainedRun run = run("with")) {
      EvaluationResult there = WarmStart.evaluate(run, other, evaluator(other), Split.TEST);
      assertThat(there.metrics().get("recall@10")).isCloseTo(recall("with"), within(1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user.features=[id,context.query,context.device] layout=requests:16",
        "user.features=[context.query] user.hidden=[8] user.history.length=3 layout=sorted"
            + " masks=identity+user+context:query optimizer.rowSteps=aligned"
            + " optimizer.rowStepsOf=both"
      })
  void bothEnginesTakeTheSameStepsAndClosedTowersAgreeWithTheGraph(String settings) {
    List<Double> dedup = losses(settings + " engine=dedup");
    List<Double> dense = losses(settings + " engine=dense");
    for (int step = 0; step < dedup.size(); step++) {
      assertThat(dense.get(step)).as("step %d", step).isCloseTo(dedup.get(step), offset(2e-3));
    }
  }

  private List<Double> losses(String settings) {
    RunConfig config = DeviceLog.config(("epochs=1 batchSize=120 " + settings).split(" "));
    List<Double> losses = new ArrayList<>();
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      BatchPlanner planner = new BatchPlanner(data, config, model.sources());
      TrainingStep step = new TrainingStep(model);
      PlannedBatch batch = planner.newBatch();
      while (planner.next(batch)) {
        Towers closed = model.towers(model.manager(), Devices.workers(1));
        assertThat(closed).isInstanceOf(ClosedTowers.class);
        float[] found = words(model, closed, batch);
        assertThat(found).containsExactly(words(model, model.graphTowers(), batch), offset(2e-5f));
        losses.add(step.run(batch).loss());
      }
    }
    assertThat(losses).hasSizeGreaterThan(5);
    return losses;
  }

  private static float[] words(TwoTowerModel model, Towers towers, PlannedBatch batch) {
    try (NDManager step = model.manager().newSubManager()) {
      towers.forward(step, batch.inputs, batch.touchedRows);
      towers.backward(towers.users().mul(2).sub(1), towers.items().mul(3).sub(1));
      return towers.rowGradients().get(TABLE).toFloatArray();
    }
  }

  /** A tower without layers is the unit vector of the id's row plus the mean of the words' rows. */
  @Test
  void aVectorIsThatOfTheIdAndTheMeanOfTheWords() throws Exception {
    try (TrainedRun run = run("with");
        NDManager scratch = NDManager.newBaseManager(Device.cpu())) {
      TwoTowerModel model = run.model();
      FeatureColumn column = model.sources().requests().feature(QUERY);
      double[][] ids = rows(model, "user");
      double[][] words = rows(model, TABLE);
      TowerInputs inputs = new TowerInputs(model.sources(), new Histories(List.of()));
      int[] requests = {0, 7, 100, 333, data.requests() - 1};
      inputs.clear(requests.length + 1, 0);
      for (int request : requests) {
        inputs.addUser(request / 9, request, 0, true);
      }
      inputs.addUser(3, TowerInputs.NO_REQUEST, 0, true);
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      inputs
          .touchedRows()
          .forEach(
              (table, rows) ->
                  leaves.put(table, model.tables().get(table).gather(scratch.create(rows))));
      float[] vectors =
          model
              .users()
              .forward(scratch, model.store(), inputs.users(), leaves, false)
              .toFloatArray();
      for (int at = 0; at <= requests.length; at++) {
        boolean asked = at < requests.length;
        int[] codes = asked ? column.codes(requests[at]) : new int[0];
        double[] sum = ids[asked ? requests[at] / 9 : 3].clone();
        for (int code : codes) {
          for (int i = 0; i < sum.length; i++) {
            sum[i] += words[code][i] / codes.length;
          }
        }
        double length = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
        for (int i = 0; i < sum.length; i++) {
          assertThat((double) vectors[at * sum.length + i])
              .isCloseTo(sum[i] / length, within(1e-6));
        }
      }
      Path out = folder.resolve("export");
      ModelVectors.export(run, out, Set.of(ExportFormat.ONNX));
      JsonNode texts = Json.PLAIN.readTree(out.resolve("vocabularies.json").toFile());
      assertThat(texts.path("user").path(QUERY))
          .extracting(JsonNode::asText)
          .contains("", "red", "shoes", "cheap")
          .hasSize(1 + 4 + 3 + 4);
      assertThat(served(out.resolve("user-tower.onnx"), column, requests))
          .containsExactly(vectors, offset(1e-6f));
    }
  }

  /** The exported tower of requests of their users, and of user 3 without words. */
  private static float[] served(Path tower, FeatureColumn column, int[] requests)
      throws OrtException {
    long[] ids = new long[requests.length + 1];
    long[][] words = new long[ids.length][3];
    for (int at = 0; at < ids.length; at++) {
      boolean asked = at < requests.length;
      ids[at] = asked ? requests[at] / 9 : 3;
      Arrays.fill(words[at], -1);
      int[] codes = asked ? column.codes(requests[at]) : new int[0];
      for (int i = 0; i < codes.length; i++) {
        words[at][i] = codes[i];
      }
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(tower.toString());
        OnnxTensor user = OnnxTensor.createTensor(environment, ids);
        OnnxTensor query = OnnxTensor.createTensor(environment, words);
        OrtSession.Result found = session.run(Map.of("id", user, QUERY, query))) {
      float[][] vectors = (float[][]) found.get("vector").orElseThrow().getValue();
      float[] flat = new float[vectors.length * vectors[0].length];
      for (int at = 0; at < vectors.length; at++) {
        System.arraycopy(vectors[at], 0, flat, at * vectors[at].length, vectors[at].length);
      }
      return flat;
    }
  }

  private static double[][] rows(TwoTowerModel model, String table) {
    NDArray weights = model.weights().get("table." + table);
    float[] flat = weights.toFloatArray();
    int width = Math.toIntExact(weights.getShape().get(1));
    double[][] rows = new double[flat.length / width][width];
    for (int i = 0; i < flat.length; i++) {
      rows[i / width][i % width] = flat[i];
    }
    return rows;
  }

  @Test
  void resumingGivesTheSameWeights() throws Exception {
    RunConfig config = DeviceLog.config("epochs=2", "user.features=[id,context.query]");
    Training.start(data, config, folder.resolve("whole"), Training.Options.DEFAULT);
    AtomicInteger steps = new AtomicInteger();
    Path stopped = folder.resolve("stopped");
    Training.start(
        data,
        config,
        stopped,
        Training.Options.DEFAULT.withStop(() -> steps.incrementAndGet() == 5));
    Training.resume(data, stopped, Training.Options.DEFAULT);
    String weights = "model/weights.safetensors";
    assertThat(Files.mismatch(stopped.resolve(weights), folder.resolve("whole").resolve(weights)))
        .isEqualTo(-1);
  }
}
