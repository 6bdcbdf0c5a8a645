package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.loss.AnchorWeights;
import dev.twotower.trainer.model.TwoTowerModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many rows of a batch stand behind each row of each table, against counting them by hand. */
class RowCountsTest {
  private static final int USERS = 8;
  private static final int ITEMS = 12;

  @TempDir private Path folder;
  private Dataset data;

  /** Rows of weight 0, 1 and 2; items with a colour and one to three words. */
  @BeforeEach
  void write() {
    DatasetBuilder builder =
        new DatasetBuilder()
            .userFeature(
                MemoryFeature.categorical(
                    "land", IntStream.range(0, USERS).mapToObj(u -> "l" + u % 3).toList()))
            .itemFeature(
                MemoryFeature.multi(
                    "words", IntStream.range(0, ITEMS).mapToObj(RowCountsTest::words).toList()));
    for (int row = 0; row < 72; row++) {
      int user = row % USERS;
      builder.row(Split.TRAIN, user, row * row % ITEMS, user * 3 + row / 24, row / 24, row % 3);
    }
    data = builder.write(folder.resolve("data"));
  }

  private static List<String> words(int item) {
    return IntStream.rangeClosed(0, item % 3).mapToObj(word -> "w" + (item + word) % 5).toList();
  }

  @AfterEach
  void close() {
    data.close();
  }

  private static RunConfig config(String... settings) {
    return RunConfig.defaults()
        .with(
            "layout=sorted",
            "batchSize=24",
            "device=cpu",
            "dim=4",
            "user.embedding=4",
            "item.embedding=4",
            "user.features=[id,land]",
            "item.features=[id,words]",
            "optimizer.rowSteps=aligned")
        .with(settings);
  }

  /** Sum of weights and of their squares behind each row of each table. */
  private static final class ByHand {
    final Map<String, Map<Long, double[]>> behind = new HashMap<>();

    void add(String table, long row, double weight, double share) {
      double[] sums =
          behind
              .computeIfAbsent(table, name -> new HashMap<>())
              .computeIfAbsent(row, id -> new double[2]);
      sums[0] += weight * share;
      sums[1] += weight * weight * share * share;
    }

    double count(String table, long row) {
      double[] sums = behind.getOrDefault(table, Map.of()).getOrDefault(row, new double[2]);
      return sums[1] == 0 ? 1 : Math.max(1, sums[0] * sums[0] / sums[1]);
    }
  }

  private ByHand byHand(RunConfig config, PlannedBatch batch) {
    Interactions train = data.interactions(Split.TRAIN);
    AnchorWeights weights = new AnchorWeights(config.loss().weighting(), train, config.batchSize());
    ByHand hand = new ByHand();
    for (int at = 0; at < batch.size(); at++) {
      long row = batch.rows.rows()[at];
      double weight = weights.of(batch.index, at, train.weight(row));
      if (config.optimizer().rowStepsOf().user()) {
        hand.add("user", train.user(row), weight, 1);
        hand.add("user.land", data.userTable().feature("land").code(train.user(row)), weight, 1);
        past(config, train, row)
            .forEach(item -> hand.add("item", item, weight, 1.0 / past(config, train, row).size()));
      }
      if (config.optimizer().rowStepsOf().item()) {
        hand.add("item", train.item(row), weight, 1);
        int[] words = data.itemTable().feature("words").codes(train.item(row));
        for (int word : words) {
          hand.add("item.words", word, weight, 1.0 / words.length);
        }
      }
    }
    return hand;
  }

  /** The user's newest items before the row's request. */
  private static List<Integer> past(RunConfig config, Interactions train, long row) {
    List<Integer> items = new ArrayList<>();
    for (long at = train.requestStart(train.request(row)) - 1;
        at >= train.userStart(train.user(row)) && items.size() < config.user().historyLength();
        at--) {
      items.add(train.item(at));
    }
    return items;
  }

  @ParameterizedTest
  @CsvSource({
    "user, 0, dedup, rows",
    "user, 3, dedup, users",
    "item, 0, dense, sqrt-users",
    "both, 3, dense, rows",
    "both, 3, dedup, requests"
  })
  void areThoseCountedByHand(String whose, int history, String engine, String weighting) {
    RunConfig config =
        config(
            "optimizer.rowStepsOf=" + whose,
            "user.history.length=" + history,
            "engine=" + engine,
            "loss.weighting=" + weighting);
    int above = 0;
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Devices.resolve("cpu"))) {
      BatchPlanner planner = new BatchPlanner(data, config, model.sources());
      PlannedBatch batch = planner.newBatch();
      while (planner.next(batch)) {
        ByHand hand = byHand(config, batch);
        for (Map.Entry<String, long[]> touched : batch.touchedRows().entrySet()) {
          float[] counts = batch.rowCounts.get(touched.getKey());
          for (int at = 0; at < touched.getValue().length; at++) {
            double expected = hand.count(touched.getKey(), touched.getValue()[at]);
            assertThat(counts == null ? 1 : (double) counts[at])
                .as("table %s, row %d", touched.getKey(), touched.getValue()[at])
                .isCloseTo(expected, within(1e-4));
            above += expected > 1 ? 1 : 0;
          }
        }
      }
    }
    assertThat(above).isPositive();
  }

  @Test
  void areNotKeptWhereRowsDoNotCount() {
    RunConfig config = config("optimizer.rowSteps=batch");
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Devices.resolve("cpu"))) {
      BatchPlanner planner = new BatchPlanner(data, config, model.sources());
      PlannedBatch batch = planner.newBatch();
      assertThat(planner.next(batch)).isTrue();
      assertThat(batch.rowCounts).isEmpty();
    }
  }
}
