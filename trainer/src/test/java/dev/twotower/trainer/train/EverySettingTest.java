package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.disk.Checksum;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.SettingKeys;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No setting is dead: for each key of {@code defaults.yaml}, a value other than its default changes
 * the planned batches, the weights after two steps, or a named output. A key without a line here
 * fails.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EverySettingTest {
  /** Small and quick; keys that are set here are tried against these values. */
  private static final String BASE =
      "device=cpu threads=1 layout=iid batchSize=24 epochs=1 maxSteps=2 dim=8 user.embedding=8"
          + " item.embedding=8 evaluation.everyEpochs=0";

  private static final String TRANSFORMER =
      "user.history.length=3 user.history.pooling=transformer";
  private static final String TREE = "tree.lambda=0.5 tree.batchSize=16";
  private static final String EPOCHS = "maxSteps=0 epochs=8 evaluation.everyEpochs=1";

  private static final List<String> REFUSED_ON_CPU = List.of("device", "precision");

  /** Key, a value, and what else must be set for the key to matter. */
  private static final String[][] SETTINGS = {
    {"seed", "2", ""},
    {"device", "gpu:99", ""},
    {"precision", "tf32", ""},
    {"layout", "sorted", ""},
    {"shuffle", "disk", ""},
    {"batchSize", "32", ""},
    {"masks", "identity", ""},
    {"engine", "dense", ""},
    {"trainOn", "train+validation", "evaluation.patience=0"},
    {"epochs", "2", "maxSteps=0"},
    {"maxSteps", "1", ""},
    {"dim", "12", ""},
    {"threads", "3", ""},
    {"loss.form", "bilateral", ""},
    {"loss.topK.k", "3", "loss.form=top-k"},
    {"loss.topK.temperature", "4", "loss.form=top-k"},
    {"loss.bilateral.power", "0.1", "loss.form=bilateral"},
    {"loss.temperature", "0.1", ""},
    {"loss.learnTemperature", "true", ""},
    {"loss.correction", "none", ""},
    {"loss.streaming.rate", "0.5", "loss.correction=streaming"},
    {"loss.streaming.hashes", "1", "loss.correction=streaming loss.streaming.slots=7"},
    {"loss.streaming.slots", "3", "loss.correction=streaming"},
    {"loss.streaming.start", "5", "loss.correction=streaming"},
    {"loss.counting", "unique", ""},
    {"loss.positive", "uncorrected", ""},
    {"loss.weighting", "users", ""},
    {"loss.uniform", "8", ""},
    {"loss.queue", "40", "loss.queueWarmup=0"},
    {"loss.queueWarmup", "0", "loss.queue=40"},
    {"loss.shown.perRequest", "0", "events.buy=1 events.view=shown"},
    {"user.features", "[id, land]", ""},
    {"user.embedding", "12", ""},
    {"user.idDropout", "0.5", "user.features=[id,land]"},
    {"user.hidden", "[8]", ""},
    {"user.history.length", "3", ""},
    {"user.history.pooling", "attention", "user.history.length=3"},
    {"user.history.layers", "2", TRANSFORMER},
    {"user.history.heads", "2", TRANSFORMER},
    {"user.history.gaps", "true", TRANSFORMER},
    {"user.history.events", "true", TRANSFORMER + " events.buy=1 events.view=1"},
    {"user.history.table", "past", "user.history.length=3"},
    {"item.features", "[id, colour]", ""},
    {"item.embedding", "12", ""},
    {"item.idDropout", "0.5", "item.features=[id,colour]"},
    {"item.hidden", "[8]", ""},
    {"item.categories.mislabelled", "0.5", "item.features=[id,category]"},
    {"tree.lambda", "0.5", "tree.batchSize=16"},
    {"tree.batchSize", "20", TREE},
    {"tree.temperature", "0.3", TREE},
    {"tree.schedule", "1/0.2/0", TREE},
    {"tree.batches", "random", TREE},
    {"tree.rho", "0.75", TREE},
    {"tree.itemsPerSlot", "2", TREE},
    {"tree.parents", "size", TREE},
    {"tree.categoryCap", "3", TREE},
    {"tree.nearShare", "0.6", TREE},
    {"tree.coEngagement", "0.4", TREE + " tree.itemsPerSlot=2"},
    {"tree.coEngagementWeight", "0.3", TREE + " tree.itemsPerSlot=2 tree.coEngagement=0.4"},
    {"tree.mislabelled", "0.5", TREE},
    {"optimizer.tables", "lazy-adam", ""},
    {"optimizer.rowSteps", "aligned", ""},
    {"optimizer.rowStepsOf", "both", "optimizer.rowSteps=aligned"},
    {"optimizer.tableLearningRate", "0.1", ""},
    {"optimizer.tableWeightDecay", "0.1", ""},
    {"optimizer.learningRate", "0.01", "user.hidden=[8]"},
    {"optimizer.weightDecay", "0.5", "user.hidden=[8]"},
    {"optimizer.schedule", "linear", ""},
    {"optimizer.scheduleFloor", "0.5", "optimizer.schedule=cosine"},
    {"optimizer.warmupSteps", "2", "maxSteps=3"},
    {"optimizer.clipNorm", "0.01", ""},
    {"evaluation.everyEpochs", "1", ""},
    {"evaluation.split", "test", ""},
    {"evaluation.users", "3", ""},
    {"evaluation.rankSeen", "true", ""},
    {"evaluation.byRequest", "true", ""},
    {"evaluation.metrics", "[mrr, recall@20]", ""},
    {"evaluation.stopMetric", "mrr", "evaluation.everyEpochs=1 maxSteps=0"},
    {"evaluation.patience", "1", EPOCHS + " optimizer.tableLearningRate=1e-9"},
    {"warm.newItems", "category", ""},
    {"warm.accumulators", "0.1", ""},
    {"checkpoint.everySteps", "1", ""},
    {"checkpoint.keep", "1", "checkpoint.everySteps=1"},
  };

  @TempDir private static Path folder;

  private Dataset data;

  /** What settings about a start from another run start from. */
  private StartFrom earlier;

  private final Map<String, Map<String, Object>> outcomes = new HashMap<>();
  private int runs;

  @BeforeAll
  void write() throws Exception {
    DatasetBuilder builder =
        new DatasetBuilder()
            .categoricalContext("device", List.of("phone", "desk"))
            .categoricalContext("event", List.of("buy", "view"))
            .userFeature(
                MemoryFeature.categorical(
                    "land", IntStream.range(0, 24).mapToObj(u -> "l" + u % 3).toList()))
            .itemFeature(
                MemoryFeature.categorical(
                    "colour", IntStream.range(0, 48).mapToObj(i -> "c" + i % 5).toList()))
            .tree(
                new int[] {-1, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6},
                IntStream.range(0, 15).mapToObj(node -> "n" + node).toList(),
                IntStream.range(0, 48).map(item -> 7 + Math.min(7, item * 5 % 11)).toArray());
    for (int user = 0; user < 24; user++) {
      for (int row = 0; row < 12; row++) {
        Split split = row < 9 ? Split.TRAIN : row < 11 ? Split.VALIDATION : Split.TEST;
        int item = (user * 7 + row * row * 5) % 48;
        if (user % 3 > 0 || row % 3 == 0 || row > 8) {
          int event = row % 3 == 2 ? 2 : 1;
          builder.row(split, user, item, user * 6 + row / 2, row, 1 + row % 2, 1 + row % 2, event);
        }
      }
    }
    data = builder.write(folder.resolve("data"));
    earlier = earlier();
  }

  @AfterAll
  void close() {
    Devices.useThreads(0);
    data.close();
  }

  static Stream<String[]> settings() {
    return Arrays.stream(SETTINGS);
  }

  @ParameterizedTest(name = "{0}={1}")
  @MethodSource("settings")
  void changesSomething(String key, String value, String needed) throws Exception {
    RunConfig before = config(needed);
    assertThat(SettingKeys.differs(before.toYaml(), key, value)).isTrue();
    boolean warm = key.startsWith("warm.");
    Map<String, Object> changed = outcome(before.with(key + "=" + value), warm);
    assertThat(changed).isNotEqualTo(outcome(before, warm));
    assertThat(changed.containsKey("refused")).isEqualTo(REFUSED_ON_CPU.contains(key));
    assertThat(outcome(before, warm)).doesNotContainKey("refused");
  }

  /** Otherwise everything would change something. */
  @Test
  void theSameSettingsChangeNothing() throws Exception {
    for (String needed : List.of("", TREE, EPOCHS, "loss.correction=streaming")) {
      Map<String, Object> once = outcome(config(needed));
      outcomes.clear();
      assertThat(outcome(config(needed))).isEqualTo(once);
    }
  }

  @Test
  void everyKeyHasALine() {
    assertThat(Arrays.stream(SETTINGS).map(line -> line[0]))
        .containsExactlyInAnyOrderElementsOf(SettingKeys.of(RunConfig.defaults().toYaml()));
  }

  private static RunConfig config(String needed) {
    RunConfig config = RunConfig.defaults().with(BASE.split(" "));
    return needed.isEmpty() ? config : config.with(needed.split(" "));
  }

  /** Batches, weights and named outputs of a run, or why there is none. */
  private Map<String, Object> outcome(RunConfig config) throws Exception {
    return outcome(config, false);
  }

  private Map<String, Object> outcome(RunConfig config, boolean warm) throws Exception {
    String yaml = config.toYaml() + warm;
    if (!outcomes.containsKey(yaml)) {
      Map<String, Object> outcome = new LinkedHashMap<>();
      try {
        batches(config, outcome);
        run(config, warm, outcome);
      } catch (IllegalArgumentException refused) {
        outcome.put("refused", refused.getMessage());
      }
      outcomes.put(yaml, outcome);
    }
    return outcomes.get(yaml);
  }

  private void batches(RunConfig config, Map<String, Object> outcome) {
    try (TwoTowerModel model =
        TwoTowerModel.create(config.view(data), config, Devices.resolve(config.device()))) {
      BatchPlanner planner = new BatchPlanner(config.view(data), config, model.sources());
      planner.resume(new SamplerPosition(0, 0));
      PlannedBatch batch = planner.newBatch();
      for (int number = 0; number < 2 && planner.next(batch); number++) {
        outcome.put(
            "batch " + number,
            List.of(
                Arrays.toString(Arrays.copyOf(batch.rows.rows(), batch.size())),
                batch.plan.queries(),
                batch.plan.columns(),
                batch.plan.validPairs()));
      }
    }
  }

  /** A run that knows some of the items, all of one category. */
  private StartFrom earlier() throws Exception {
    DatasetBuilder builder =
        new DatasetBuilder().tree(new int[] {-1, 0}, List.of("n0", "n7"), new int[30]);
    for (int row = 0; row < 90; row++) {
      builder.row(Split.TRAIN, row / 4, row % 30, row / 4, row);
    }
    Path out = folder.resolve("earlier");
    try (Dataset part = builder.write(folder.resolve("earlier data"))) {
      Training.start(part, config(""), out, Training.Options.DEFAULT);
    }
    return new StartFrom(out, Optional.empty(), true);
  }

  private void run(RunConfig config, boolean warm, Map<String, Object> outcome) throws Exception {
    Path out = folder.resolve("run-" + runs++);
    Training.Options how = Training.Options.DEFAULT;
    TrainingResult result = Training.start(data, config, out, warm ? how.withFrom(earlier) : how);
    outcome.put("threads", JniUtils.getNumThreads());
    outcome.put("weights", Checksum.sha256(out.resolve("model/weights.safetensors")));
    outcome.put("steps", result.steps());
    outcome.put("epochs", result.epochs());
    outcome.put("metrics", result.metrics().toString());
    RunDirectory directory = RunDirectory.open(out);
    outcome.put("stopped by", directory.card().stopMetric() + " " + directory.card().stopSplit());
    List<String> lines = new ArrayList<>();
    for (JsonNode line : directory.metrics()) {
      lines.add(line.path("type") + " " + line.path("step") + " " + line.path("split"));
    }
    outcome.put("log", lines);
    try (Stream<Path> files = Files.list(out)) {
      outcome.put(
          "checkpoints",
          new TreeSet<>(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.startsWith("checkpoint-"))
                  .toList()));
    }
  }
}
