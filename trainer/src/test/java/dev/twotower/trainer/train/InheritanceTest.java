package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.run.Continued;
import dev.twotower.trainer.run.Continued.TakenRows;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.table.EmbeddingTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows, vectors and cards of a run that starts from another. */
class InheritanceTest extends MondayAndTuesday {
  @ParameterizedTest
  @ValueSource(strings = {"rowwise-adagrad", "lazy-adam"})
  void knownIdsTakeTheirRowsAndNewOnesStartAsNewOnesDo(String optimizer) throws Exception {
    String[] settings = {"optimizer.tables=" + optimizer, "item.features=[id,colour]"};
    StartFrom from = trainMonday(settings);
    try (TrainedRun then = TrainedRun.load(from.run(), Optional.empty(), Optional.empty());
        TwoTowerModel fresh = TwoTowerModel.create(tuesday, config(settings), Device.cpu());
        TwoTowerModel now = TwoTowerModel.create(tuesday, config(settings), Device.cpu())) {
      Inheritance start = Inheritance.start(from, now, tuesday, Extensions.NONE);
      assertThat(start.origin().continued().rows())
          .containsExactly(
              new TakenRows("user", 30, 10, 0, 10),
              new TakenRows("item", 40, 10, 0, 10),
              new TakenRows("item.colour", 7, 1, 0, 0));
      EmbeddingTable items = now.tables().get("item");
      EmbeddingTable before = then.model().tables().get("item");
      for (int item = 0; item < ITEMS; item++) {
        int number = 59 - item;
        if (number < ITEMS) {
          assertThat(row(items, "weights", item)).isEqualTo(row(before, "weights", number));
        }
      }
      for (int item = 0; item < 10; item++) {
        assertThat(row(items, "weights", item))
            .isEqualTo(row(fresh.tables().get("item"), "weights", item));
      }
      String state = optimizer.equals("lazy-adam") ? "optimizer.steps" : "optimizer.accumulator";
      float[] kept = rows(items, state);
      for (int item = 0; item < ITEMS; item++) {
        assertThat(kept[item] > 0).as("state of item %d", item).isEqualTo(item >= 10);
      }
      assertThat(row(items, "weights", ITEMS)).containsOnly(0);
    }
  }

  /** Monday's rows with users and items numbered from the end: same vectors, bit for bit. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "item.features=[id]",
        "item.features=[id,colour,category]",
        "item.features=[id,colour,category.1] item.hidden=[16] user.hidden=[8]",
        "user.history.length=4 loss.learnTemperature=true"
      })
  void theSameRowsInAnotherOrderOfIdsHaveTheSameVectors(String settings) throws Exception {
    StartFrom from = trainMonday(settings.split(" "));
    IntUnaryOperator last = item -> ITEMS - 1 - item;
    DatasetBuilder turned =
        new DatasetBuilder()
            .ids(user -> USERS - 1 - user, last)
            .items(ITEMS)
            .itemFeature(
                MemoryFeature.categorical(
                    "colour",
                    IntStream.range(0, ITEMS).mapToObj(i -> "c" + last.applyAsInt(i) % 7).toList()))
            .tree(
                new int[] {-1, 0, 0, 2, 1, 1},
                List.of("all", "a", "b", "b1", "a2", "a1"),
                IntStream.range(0, ITEMS).map(i -> 5 - last.applyAsInt(i) % 3).toArray());
    for (Split split : Split.values()) {
      Interactions rows = monday.interactions(split);
      for (long row = 0; row < rows.rows(); row++) {
        int user = USERS - 1 - rows.user(row);
        int item = last.applyAsInt(rows.item(row));
        turned.row(split, user, item, rows.request(row), rows.time(row));
      }
    }
    try (Dataset data = turned.write(folder.resolve("turned"));
        TrainedRun then = TrainedRun.load(from.run(), Optional.empty(), Optional.empty());
        TwoTowerModel now = TwoTowerModel.create(data, config(settings.split(" ")), Device.cpu())) {
      Inheritance.start(from, now, data, Extensions.NONE);
      try (ModelScorer before = then.scorer(Split.TEST);
          ModelScorer after = new ModelScorer(now, data, Split.TEST)) {
        float[] items = before.itemVectors().toFloatArray();
        float[] turnedItems = after.itemVectors().toFloatArray();
        for (int item = 0; item < ITEMS; item++) {
          assertThat(vector(turnedItems, last.applyAsInt(item))).isEqualTo(vector(items, item));
        }
        int[] all = IntStream.range(0, USERS).toArray();
        float[] users = before.userVectors(all, 0, USERS);
        float[] turnedUsers = after.userVectors(all, 0, USERS);
        for (int user = 0; user < USERS; user++) {
          assertThat(vector(turnedUsers, USERS - 1 - user)).isEqualTo(vector(users, user));
        }
      }
    }
  }

  private static float[] vector(float[] all, int row) {
    return Arrays.copyOfRange(all, row * DIM, (row + 1) * DIM);
  }

  /**
   * The mean over known items of the category; those of a1, a2 and b1 are known, so none climbs.
   */
  @Test
  void newItemsMayStartFromTheMeanRowOfTheirCategory() throws Exception {
    StartFrom from = trainMonday();
    RunConfig config = config("warm.newItems=category", "epochs=1");
    try (TwoTowerModel now = TwoTowerModel.create(tuesday, config, Device.cpu())) {
      Inheritance start = Inheritance.start(from, now, tuesday, Extensions.NONE);
      assertThat(start.origin().continued().rows().get(1))
          .isEqualTo(new TakenRows("item", 40, 10, 10, 10));
      EmbeddingTable items = now.tables().get("item");
      for (int item = 0; item < 10; item++) {
        double[] mean = new double[DIM];
        int known = 0;
        for (int other = 10; other < ITEMS; other++) {
          if ((59 - other) % 3 == (59 - item) % 3) {
            known++;
            float[] row = row(items, "weights", other);
            for (int d = 0; d < DIM; d++) {
              mean[d] += row[d];
            }
          }
        }
        float[] row = row(items, "weights", item);
        for (int d = 0; d < DIM; d++) {
          assertThat((double) row[d]).isCloseTo(mean[d] / known, within(1e-6));
        }
      }
    }
  }

  /** i10 is in no row of Tuesday's, and neither is i58: only Monday knew the first. */
  @Test
  void anItemThatOnlyTheFileAboutItemsNamesKeepsItsVector() throws Exception {
    StartFrom from = trainMonday();
    Path run = folder.resolve("tuesday run");
    Training.start(tuesday, config(), run, Training.Options.DEFAULT.withFrom(from));
    int known = tuesday.itemTable().index("i10").orElseThrow();
    int unknown = tuesday.itemTable().index("i58").orElseThrow();
    try (TrainedRun now = TrainedRun.load(run, Optional.empty(), Optional.empty());
        TrainedRun then = TrainedRun.load(from.run(), Optional.empty(), Optional.empty());
        ModelScorer vectors = now.scorer(Split.TEST);
        ModelScorer earlier = then.scorer(Split.TEST)) {
      assertThat(tuesday.trainCounts().rows(known)).isZero();
      float[] all = vectors.itemVectors().toFloatArray();
      assertThat(Arrays.copyOfRange(all, known * DIM, (known + 1) * DIM))
          .isEqualTo(Arrays.copyOfRange(earlier.itemVectors().toFloatArray(), 10 * DIM, 11 * DIM));
      assertThat(Arrays.copyOfRange(all, unknown * DIM, (unknown + 1) * DIM)).containsOnly(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "warm.newItems=category loss.correction=streaming",
        "optimizer.tables=lazy-adam user.hidden=[8] user.history.length=3",
        "optimizer.schedule=linear optimizer.warmupSteps=4 evaluation.patience=0 user.hidden=[8]",
        "item.features=[id,colour,category] item.hidden=[8] loss.learnTemperature=true",
      })
  void aKilledRunEndsAsAnUndisturbedOne(String settings) throws Exception {
    String[] all = settings.split(" ");
    Training.Options how = Training.Options.DEFAULT.withFrom(trainMonday(all));
    Training.start(tuesday, config(all), folder.resolve("whole"), how);
    AtomicInteger steps = new AtomicInteger();
    Path stopped = folder.resolve("stopped");
    Training.start(
        tuesday, config(all), stopped, how.withStop(() -> steps.incrementAndGet() == 13));
    TrainingResult resumed = Training.resume(tuesday, stopped, Training.Options.DEFAULT);
    Path early = folder.resolve("early");
    Training.start(tuesday, config(all), early, how.withoutCheckpoints().withStop(() -> true));
    TrainingResult again = Training.resume(tuesday, early, Training.Options.DEFAULT);
    for (Path run : List.of(stopped, early)) {
      for (String file : List.of("weights.safetensors", "optimizer.safetensors", "planning.bin")) {
        assertThat(
                Files.mismatch(run.resolve("model/" + file), folder.resolve("whole/model/" + file)))
            .as("%s of %s", file, run)
            .isEqualTo(-1);
      }
    }
    Continued whole = RunDirectory.open(folder.resolve("whole")).card().from();
    assertThat(resumed.from()).isEqualTo(whole).isEqualTo(again.from());
    assertThat(whole.drift().items()).isEqualTo(40);
    assertThat(whole.drift().meanCosine()).isBetween(0.2, 0.99999);
    assertThat(whole.drift().neighboursKept()).isBetween(0.1, 1.0);
  }

  @Test
  void theCardHasTheChain() throws Exception {
    StartFrom from = trainMonday();
    Path tuesdays = folder.resolve("tuesday run");
    Training.start(tuesday, config(), tuesdays, Training.Options.DEFAULT.withFrom(from));
    Path wednesdays = folder.resolve("wednesday run");
    Training.start(
        monday,
        config(),
        wednesdays,
        Training.Options.DEFAULT.withFrom(new StartFrom(tuesdays, Optional.empty(), false)));
    Continued continued = RunDirectory.open(wednesdays).card().from();
    assertThat(continued.optimizer()).isEqualTo("fresh");
    assertThat(continued.chain().stream().map(Continued.Ancestor::run))
        .containsExactly(tuesdays.toString(), from.run().toString());
    assertThat(continued.chain().get(1).weightsChecksum())
        .isEqualTo(RunDirectory.open(from.run()).card().weightsChecksum());
  }

  @Test
  void whatATransformerReadsMustBeTheSame() throws Exception {
    String history = "user.history={length: 3, pooling: transformer, gaps: %s}";
    Path monday = folder.resolve("transformer");
    Training.start(
        tuesday, config(history.formatted(true), "epochs=1"), monday, Training.Options.DEFAULT);
    StartFrom from = new StartFrom(monday, Optional.empty(), true);
    Training.Options how = Training.Options.DEFAULT.withFrom(from);
    assertThatThrownBy(
            () ->
                Training.start(
                    tuesday, config(history.formatted(false)), folder.resolve("refused"), how))
        .hasMessageContaining(
            "user.history: TRANSFORMER of table item (length 3, layers 1, heads 1, gaps true,"
                + " events false)"
                + " there,");
  }

  @Test
  void everyDifferenceIsListed() throws Exception {
    StartFrom from = trainMonday();
    RunConfig other =
        config(
            "dim=4",
            "item.hidden=[8]",
            "user.history.length=3",
            "item.features=[id,colour]",
            "optimizer.tables=lazy-adam");
    Path run = folder.resolve("refused");
    assertThatThrownBy(
            () -> Training.start(tuesday, other, run, Training.Options.DEFAULT.withFrom(from)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "dim: 8 there, 4 now",
            "item.hidden: [] there, [8] now",
            "user.history: none there, MEAN of table item now",
            "item.features: [id (table item, embedding 8)] there",
            "optimizer.tables: ROWWISE_ADAGRAD there, LAZY_ADAM now");
    assertThat(run).doesNotExist();
  }
}
