package dev.twotower.trainer.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.HistoryConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.export.ExportFormat;
import dev.twotower.trainer.serving.recommend.ModelVectors;
import dev.twotower.trainer.tower.Feature;
import dev.twotower.trainer.tower.Histories;
import dev.twotower.trainer.train.Training;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported towers, run by the ONNX runtime, give the vectors that the trained ones give. */
class OnnxTowersTest {
  private static final int USERS = 40;
  private static final int ITEMS = 30;
  private static final int SEEN = 25;
  private static final int DIM = 8;
  private static final long TEST_TIME = 2000;

  @TempDir private Path folder;
  private Dataset data;

  /** Items from {@link #SEEN} on have no training row; user 0 has none either. */
  @BeforeEach
  void writeData() {
    UniformRandomProvider random = Streams.stream(1, "onnx-towers-test");
    DatasetBuilder builder =
        new DatasetBuilder()
            .items(ITEMS)
            .users(USERS)
            .categoricalContext("event", List.of("view", "cart", "buy"));
    for (int user = 1; user < USERS; user++) {
      for (int row = 0; row < 6; row++) {
        builder.row(Split.TRAIN, user, random.nextInt(SEEN), 2 * user, row * 100L, 1, 1 + row % 3);
      }
      builder.row(Split.VALIDATION, user, random.nextInt(ITEMS), 2 * user, 1000, 1, 2);
      builder.row(Split.TEST, user, random.nextInt(ITEMS), 2 * user + 1, TEST_TIME, 1, 3);
    }
    float[] ages = new float[USERS];
    float[][] vectors = new float[USERS][3];
    for (int user = 0; user < USERS; user++) {
      ages[user] = user % 5 == 0 ? Float.NaN : 20 + user;
      vectors[user][user % 3] = 1;
    }
    data =
        builder
            .userFeature(MemoryFeature.numeric("age", ages))
            .userFeature(MemoryFeature.vector("place", vectors))
            .userFeature(MemoryFeature.vector("vector", vectors))
            .userFeature(
                MemoryFeature.categorical(
                    "segment", IntStream.range(0, USERS).mapToObj(u -> "s" + u % 4).toList()))
            .itemFeature(
                MemoryFeature.multi(
                    "words",
                    IntStream.range(0, ITEMS)
                        .mapToObj(i -> i % 7 == 0 ? List.<String>of() : List.of("a" + i % 3, "b"))
                        .toList()))
            .write(folder.resolve("data"));
  }

  @AfterEach
  void closeData() {
    data.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seed=1",
        "item.features=[id, words]",
        "item.features=[id, words] user.features=[id, segment, age, place] item.hidden=[8]"
            + " user.hidden=[12, 8]",
        "user.features=[id, {name: segment, table: segment}]",
        "user.features=[id, vector]",
        "user.history.length=4",
        "user.history.length=4 user.history.pooling=attention user.history.table=past"
            + " user.hidden=[8]",
        "user.history.length=4 user.history.pooling=transformer user.history.layers=2"
            + " user.history.heads=2 user.history.gaps=true optimizer.learningRate=0.1",
        "user.history.length=5 user.history.pooling=transformer user.history.events=true"
            + " user.history.gaps=true events={view: 0.5, cart: 1, buy: 2}"
            + " optimizer.learningRate=0.1",
        "user.history.length=8 user.history.pooling=transformer user.history.table=past"
            + " user.hidden=[8]",
      })
  void givesTheSameVectors(String settings) throws Exception {
    Path serving = export(settings);
    try (TrainedRun run =
            TrainedRun.load(folder.resolve("run"), Optional.empty(), Optional.empty());
        ModelScorer scorer = run.scorer(Split.TEST)) {
      int[] users = IntStream.range(0, USERS).toArray();
      float[] expected = scorer.userVectors(users, 0, USERS);
      Map<String, Object> inputs = inputs(run.model().users().features(), data.userTable(), USERS);
      assertEqual(vectors(serving.resolve("user-tower.onnx"), inputs), expected);
      JsonNode texts = new ObjectMapper().readTree(serving.resolve("vocabularies.json").toFile());
      assertThat(texts.at("/user/history_events"))
          .map(JsonNode::textValue)
          .isEqualTo(settings.contains("events") ? List.of("", "buy", "cart", "view") : List.of());
      inputs = inputs(run.model().items().features(), run.model().sources().items(), ITEMS);
      assertEqual(
          vectors(serving.resolve("item-tower.onnx"), inputs), scorer.itemVectors().toFloatArray());
    }
  }

  @Test
  void anybodyElseIsMinusOne() throws Exception {
    Path serving = export("item.features=[id, words] item.hidden=[8]");
    Path tower = serving.resolve("item-tower.onnx");
    long[][] words = {{1, 2}, {1, 2}};
    float[][] vectors = vectors(tower, Map.of("id", new long[] {-1, SEEN}, "words", words));
    assertThat(vectors[0]).isEqualTo(vectors[1]);
    JsonNode texts = new ObjectMapper().readTree(serving.resolve("vocabularies.json").toFile());
    assertThat(texts.at("/user")).isEmpty();
    assertThat(texts.at("/item/words"))
        .map(JsonNode::textValue)
        .startsWith("")
        .containsExactlyInAnyOrder("", "a0", "a1", "a2", "b");
  }

  private Path export(String settings) throws Exception {
    RunConfig config =
        RunConfig.defaults()
            .with(
                "batchSize=64",
                "dim=" + DIM,
                "epochs=3",
                "device=cpu",
                "user.embedding=" + DIM,
                "item.embedding=" + DIM,
                "evaluation.everyEpochs=0")
            .with(settings.split(" (?=[a-z]+[.=])"));
    Path out = folder.resolve("run");
    Training.start(data, config, out, Training.Options.DEFAULT);
    Path serving = folder.resolve("serving");
    try (TrainedRun run = TrainedRun.load(out, Optional.empty(), Optional.empty())) {
      assertThat(ModelVectors.export(run, serving, Set.of(ExportFormat.ONNX)))
          .contains("users.ids.json", "items.ids.json", "user-tower.onnx.data");
    }
    return serving;
  }

  /** What somebody who serves the towers would give them. */
  private Map<String, Object> inputs(List<Feature> features, EntityTable entities, int size) {
    Map<String, Object> inputs = new HashMap<>();
    for (Feature feature : features) {
      FeatureColumn column =
          feature.history() || feature.name().equals("id")
              ? null
              : entities.feature(feature.name());
      IntStream all = IntStream.range(0, size);
      inputs.put(
          feature.name().equals("vector") ? "vector_input" : feature.name(),
          switch (feature.source()) {
            case ID -> all.mapToLong(entity -> entity).toArray();
            case CODE -> all.mapToLong(column::code).toArray();
            case CODES -> all.mapToObj(e -> filled(column.codes(e), 2)).toArray(long[][]::new);
            case NUMBER -> {
              float[] values = new float[size];
              all.forEach(entity -> values[entity] = column.value(entity));
              yield values;
            }
            case VECTOR -> {
              float[][] values = new float[size][feature.width()];
              all.forEach(entity -> column.vector(entity, values[entity]));
              yield values;
            }
            case HISTORY_MEAN, HISTORY_ATTENTION, HISTORY_TRANSFORMER ->
                all.mapToObj(user -> filled(history(user, feature.length()), feature.length()))
                    .toArray(long[][]::new);
          });
      if (!feature.kinds().isEmpty()) {
        inputs.put(
            "history_events",
            IntStream.range(0, size)
                .mapToObj(user -> events(user, feature.length()))
                .toArray(long[][]::new));
      }
      if (feature.transformer().map(HistoryConfig::gaps).orElse(false)) {
        inputs.put(
            "history_gaps",
            IntStream.range(0, size)
                .mapToObj(user -> gaps(user, feature.length()))
                .toArray(long[][]::new));
      }
    }
    return inputs;
  }

  /** In the order of their texts buy is 1, cart 2, view 3; the log has view 1, cart 2, buy 3. */
  private long[] events(int user, int length) {
    long[] codes = new long[length];
    Interactions rows = data.interactions(Split.TRAIN);
    ContextColumn kinds = rows.context("event");
    if (rows.userEnd(user) == rows.userStart(user)) {
      return codes;
    }
    // The validation row, a cart, is the newest.
    codes[0] = 2;
    for (int place = 1; place < length; place++) {
      codes[place] = 4 - (long) kinds.value(rows.userEnd(user) - place);
    }
    return codes;
  }

  /** As the page on serving has it, from times of all rows before the test row, newest first. */
  private long[] gaps(int user, int length) {
    List<Long> times = new ArrayList<>();
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      Interactions rows = data.interactions(split);
      for (long row = rows.userStart(user); row < rows.userEnd(user); row++) {
        times.add(rows.time(row));
      }
    }
    times.sort(Comparator.reverseOrder());
    long[] codes = new long[length];
    for (int place = 0; place < Math.min(length, times.size()); place++) {
      long gap = times.get(0) - times.get(place);
      codes[place] = gap == 0 ? 1 : 2 + (long) Math.floor(Math.log(gap) / Math.log(2) + 1e-9);
    }
    return codes;
  }

  private int[] history(int user, int length) {
    int[] items = new int[length];
    Histories past =
        new Histories(List.of(data.interactions(Split.VALIDATION), data.interactions(Split.TRAIN)));
    return Arrays.copyOf(items, past.read(user, TEST_TIME, items));
  }

  private static long[] filled(int[] values, int length) {
    long[] row = new long[length];
    for (int i = 0; i < length; i++) {
      row[i] = i < values.length ? values[i] : -1;
    }
    return row;
  }

  private static float[][] vectors(Path model, Map<String, Object> inputs) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try (OrtSession session = environment.createSession(model.toString())) {
      assertThat(session.getInputNames()).isEqualTo(inputs.keySet());
      for (Map.Entry<String, Object> input : inputs.entrySet()) {
        tensors.put(input.getKey(), OnnxTensor.createTensor(environment, input.getValue()));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        return (float[][]) result.get("vector").orElseThrow().getValue();
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static void assertEqual(float[][] actual, float[] expected) {
    assertThat(actual.length * DIM).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i / DIM][i % DIM]).isCloseTo(expected[i], within(1e-5f));
    }
  }
}
