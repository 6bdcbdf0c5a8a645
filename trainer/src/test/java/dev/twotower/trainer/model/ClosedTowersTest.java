package dev.twotower.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.tower.ClosedTowers;
import dev.twotower.trainer.tower.Histories;
import dev.twotower.trainer.tower.TowerInputs;
import dev.twotower.trainer.tower.Towers;
import dev.twotower.trainer.train.LiveArrays;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Towers in closed form against the same towers through the engine's graph. */
class ClosedTowersTest {
  private static final int USERS = 1300;
  private static final int ITEMS = 1700;

  @TempDir private Path folder;
  private Dataset data;

  @BeforeEach
  void write() {
    List<String> colours = List.of("red", "green", "blue");
    Random random = new Random(5);
    DatasetBuilder builder =
        new DatasetBuilder()
            .itemFeature(
                MemoryFeature.categorical(
                    "colour", texts(ITEMS, item -> colours.get(random.nextInt(3)))))
            .itemFeature(
                MemoryFeature.multi(
                    "tags", texts(ITEMS, item -> colours.subList(0, random.nextInt(4)))))
            .itemFeature(MemoryFeature.numeric("price", floats(ITEMS, random)))
            .userFeature(
                MemoryFeature.categorical("land", texts(USERS, user -> colours.get(user % 3))));
    for (int row = 0; row < 12_000; row++) {
      builder.row(Split.TRAIN, random.nextInt(USERS), random.nextInt(ITEMS), row, row);
    }
    data = builder.users(USERS).items(ITEMS).write(folder.resolve("data"));
  }

  private static <T> List<T> texts(int count, java.util.function.IntFunction<T> text) {
    return java.util.stream.IntStream.range(0, count).mapToObj(text).toList();
  }

  private static float[] floats(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i % 10 == 0 ? Float.NaN : random.nextFloat();
    }
    return values;
  }

  @AfterEach
  void close() {
    data.close();
  }

  private TwoTowerModel model(String settings) {
    return TwoTowerModel.create(
        data,
        RunConfig.defaults()
            .with("device=cpu", "batchSize=64", "dim=8", "user.embedding=8", "item.embedding=8")
            .with(settings.split(" ")),
        Device.cpu());
  }

  /** Users again and again, as of several moments; each of some items once. */
  private TowerInputs inputs(TwoTowerModel model, int users, int items) {
    TowerInputs inputs =
        new TowerInputs(model.sources(), new Histories(List.of(data.interactions(Split.TRAIN))));
    inputs.clear(users, items);
    Random random = new Random(users);
    for (int item = 0; item < items; item++) {
      inputs.addItem((item * 7) % ITEMS, item % 11 != 0);
    }
    for (int user = 0; user < users; user++) {
      inputs.addUser(random.nextInt(USERS / 2), random.nextInt(12_000), user % 13 != 0);
    }
    return inputs;
  }

  private Map<String, float[]> pass(TwoTowerModel model, Towers towers, int users, int items) {
    Map<String, float[]> results = new LinkedHashMap<>();
    try (NDManager step = model.manager().newSubManager()) {
      TowerInputs inputs = inputs(model, users, items);
      Map<String, long[]> touched = inputs.touchedRows();
      inputs.findPlaces();
      towers.forward(step, inputs, touched);
      results.put("users", towers.users().toFloatArray());
      results.put("items", towers.items().toFloatArray());
      towers.values().forEach((table, rows) -> results.put("values " + table, rows.toFloatArray()));
      towers.backward(gradient(step, users), gradient(step, items));
      towers
          .rowGradients()
          .forEach((table, rows) -> results.put("gradient of " + table, rows.toFloatArray()));
      if (towers.denseGradient() != null) {
        model
            .denseParts(towers.denseGradient())
            .forEach((name, part) -> results.put(name, part.toFloatArray()));
      }
    }
    return results;
  }

  private static NDArray gradient(NDManager step, int rows) {
    float[] values = new float[rows * 8];
    Random random = new Random(rows);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return step.create(values, new Shape(rows, 8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user.hidden=[] item.hidden=[]",
        "user.hidden=[16] item.hidden=[24,12]",
        "user.hidden=[16] item.hidden=[] user.history.length=7",
        "user.hidden=[] item.hidden=[16] user.history.length=7 user.history.table=past",
        "user.hidden=[9] item.hidden=[16] user.features=[id,land]"
            + " item.features=[id,colour,tags,price]",
        "item.features=[price,tags,colour] item.embedding=6 user.features=[land]"
            + " user.history.length=3",
        "item.features=[price] item.hidden=[5] user.features=[id,land] user.hidden=[]"
      })
  void agreeWithTheGraph(String settings) {
    try (TwoTowerModel model = model(settings)) {
      Towers closed = model.towers(model.manager(), Devices.workers(2));
      assertThat(closed).isInstanceOf(ClosedTowers.class);
      // Buffers grow, and are used again by smaller batches.
      for (int size : new int[] {3, 1200, 600}) {
        Map<String, float[]> expected = pass(model, model.graphTowers(), size, size + 37);
        Map<String, float[]> found = pass(model, closed, size, size + 37);
        assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
        expected.forEach((name, values) -> assertClose(name, found.get(name), values));
      }
    }
  }

  private static void assertClose(String name, float[] found, float[] expected) {
    assertThat(found).as(name).hasSameSizeAs(expected);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as(name).isCloseTo(expected[i], within((float) (2e-5 * largest)));
    }
  }

  @Test
  void doNotDependOnTheNumberOfThreads() {
    String settings =
        "user.hidden=[16] item.hidden=[24,12] user.features=[id,land] user.history.length=5"
            + " item.features=[id,colour,tags,price]";
    try (TwoTowerModel model = model(settings)) {
      Map<String, float[]> one =
          pass(model, model.towers(model.manager(), Devices.workers(1)), 1100, 1650);
      for (int threads : new int[] {2, 3, 8}) {
        Map<String, float[]> several =
            pass(model, model.towers(model.manager(), Devices.workers(threads)), 1100, 1650);
        one.forEach((name, values) -> assertThat(several.get(name)).as(name).isEqualTo(values));
      }
    }
  }

  @Test
  void ownHeadsAndLearnedPoolingGoThroughTheGraph() {
    try (TwoTowerModel model =
        model("user.history.length=3 user.history.pooling=attention user.hidden=[8]")) {
      assertThat(model.towers(model.manager(), Devices.workers(1)))
          .isNotInstanceOf(ClosedTowers.class);
    }
  }

  @Test
  void aPassOfATransformerLeavesNoArrayBehind() {
    try (TwoTowerModel model =
        model(
            "user.history.length=3 user.history.pooling=transformer user.history.layers=2"
                + " user.history.gaps=true")) {
      Towers towers = model.towers(model.manager(), Devices.workers(1));
      pass(model, towers, 9, 9);
      long live = LiveArrays.count();
      pass(model, towers, 9, 9);
      assertThat(LiveArrays.count()).isEqualTo(live);
    }
  }
}
