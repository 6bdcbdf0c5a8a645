package dev.twotower.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.topk.TiledScorer;
import dev.twotower.trainer.config.RunConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelScorerTest {
  @TempDir private Path folder;

  /** Two users; the first trains on items 0..9 at times 0..9, with one more row in a split. */
  private float[] vector(String name, Split split, long time) {
    DatasetBuilder builder = new DatasetBuilder();
    for (int item = 0; item < 10; item++) {
      builder.row(Split.TRAIN, 0, item, item, item);
      builder.row(Split.TRAIN, 1, 9 - item, 20 + item, item);
    }
    RunConfig config =
        RunConfig.defaults()
            .with("device=cpu", "dim=8", "user.embedding=8", "item.embedding=8")
            .with("batchSize=4", "user.history.length=3");
    try (Dataset data = builder.row(split, 0, 10, 10, time).write(folder.resolve(name));
        TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu());
        ModelScorer scorer = new ModelScorer(model, data, split)) {
      return scorer.userVectors(new int[] {0}, 0, 1);
    }
  }

  @Test
  void aDrawnValidationRowDoesNotCutTheHistory() {
    float[] late = vector("late", Split.VALIDATION, 100);
    assertThat(vector("drawn", Split.VALIDATION, 2)).isEqualTo(late);
  }

  @Test
  void otherwiseAHistoryEndsBeforeTheFirstRowOfTheSplit() {
    float[] late = vector("late", Split.TEST, 100);
    assertThat(vector("last", Split.TEST, 10)).isEqualTo(late);
    assertThat(vector("early", Split.TEST, 2)).isNotEqualTo(late);
    assertThat(vector("tied", Split.TEST, 9)).isNotEqualTo(late);
  }

  /** Items 0 to 3 are in 4, 3, 2, 1 training rows, 4 in none; user 4 has no training row. */
  private Dataset withUnknowns(String name, float value) {
    DatasetBuilder builder =
        new DatasetBuilder()
            .itemFeature(
                MemoryFeature.vector(
                    "v", new float[][] {{1, 0}, {0, 1}, {1, 1}, {-1, 0}, {value, 0}}));
    for (int item = 0; item < 4; item++) {
      for (int user = 0; user < 4 - item; user++) {
        builder.row(Split.TRAIN, user, item, user, item);
      }
    }
    return builder.row(Split.TEST, 4, 4, 4, 9).write(folder.resolve(name));
  }

  private static float[] scores(Dataset data, int user, String... settings) {
    RunConfig config = RunConfig.defaults().with("device=cpu", "batchSize=4").with(settings);
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu());
        ModelScorer scorer = new ModelScorer(model, data, Split.TEST)) {
      float[] scores = new float[data.items()];
      scorer.scores(new int[] {user}, 0, 1).get(scores);
      return scores;
    }
  }

  @Test
  void whatNothingIsKnownOfRanksLastAndPopularityRanksForUnknownUsers() {
    try (Dataset data = withUnknowns("unknown", 1)) {
      float[] known = scores(data, 0);
      assertThat(known[4]).isEqualTo(ModelScorer.UNKNOWN_ITEM);
      for (int item = 0; item < 4; item++) {
        assertThat(known[item]).isBetween(-1.001f, 1.001f);
      }
      assertThat(scores(data, 4)).containsExactly(0.8f, 0.6f, 0.4f, 0.2f, -2);
      // With a feature the item has a vector.
      assertThat(scores(data, 0, "item.features=[id, v]")[4]).isBetween(-1.001f, 1.001f);
    }
  }

  @Test
  void refusesVectorsTooLongToComputeWith() {
    try (Dataset data = withUnknowns("long", 3e38f)) {
      assertThatThrownBy(() -> scores(data, 0, "item.features=[id, v]"))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("item 'i4' has a vector of length 3.0E38 in feature 'v'")
          .hasMessageContaining("item.features");
      assertThat(scores(data, 0)).hasSize(5);
    }
  }

  /** Random rows of 40 users; two more users and many items have none. */
  private Dataset random(String name) {
    UniformRandomProvider random = Streams.stream(4, "test.rows");
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 3000; row++) {
      int user = random.nextInt(40);
      builder.row(Split.TRAIN, user, random.nextInt(2000), user, row);
    }
    return builder
        .row(Split.TEST, 41, 1, 41, 9000)
        .items(TiledScorer.TILE_ITEMS + 300)
        .write(folder.resolve(name));
  }

  private static float[] rows(TiledScorer tiles, int[] users) {
    float[] rows = new float[users.length * tiles.items()];
    float[] row = new float[TiledScorer.TILE_ITEMS];
    try (TiledScorer.Block block = tiles.block(users, 0, users.length)) {
      for (int from = 0; from < tiles.items(); from += TiledScorer.TILE_ITEMS) {
        int count = Math.min(TiledScorer.TILE_ITEMS, tiles.items() - from);
        block.tile(from, count);
        for (int user = 0; user < users.length; user++) {
          block.row(user, row);
          System.arraycopy(row, 0, rows, user * tiles.items() + from, count);
        }
      }
    }
    return rows;
  }

  /**
   * To the last bit: in whatever company, by tile or by row, ahead, and among some of the items.
   */
  @Test
  void aScoreIsTheSameHoweverItIsAskedFor() {
    RunConfig config = RunConfig.defaults().with("device=cpu", "batchSize=4", "user.hidden=[32]");
    try (Dataset data = random("tiles");
        TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu());
        ModelScorer scorer = new ModelScorer(model, data, Split.TEST)) {
      int[] users = IntStream.range(0, data.users()).toArray();
      int items = data.items();
      float[] all = rows(scorer.tiled(), users);
      float[] whole = new float[all.length];
      scorer.scores(users, 0, users.length).get(whole);
      assertThat(whole).isEqualTo(all);
      int[] some = IntStream.range(0, items).filter(item -> item % 3 == 1).toArray();
      TiledScorer few = scorer.tiled(some);
      for (int user : new int[] {0, 7, 39, 40, 41}) {
        assertThat(rows(scorer.tiled(), new int[] {user}))
            .isEqualTo(Arrays.copyOfRange(all, user * items, (user + 1) * items));
        float[] among = rows(few, new int[] {user});
        for (int i = 0; i < some.length; i++) {
          assertThat(among[i]).isEqualTo(all[user * items + some[i]]);
        }
      }
      int[] starts = new int[users.length + 1];
      int[] wanted = new int[200];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = (i * 37) % items;
      }
      for (int user = 0; user < users.length; user++) {
        starts[user + 1] = Math.min(wanted.length, starts[user] + user % 12);
      }
      float[] ahead = new float[wanted.length];
      try (TiledScorer.Block block = scorer.tiled().block(users, 0, users.length)) {
        block.ahead(starts, wanted, ahead);
      }
      for (int user = 0; user < users.length; user++) {
        for (int i = starts[user]; i < starts[user + 1]; i++) {
          assertThat(ahead[i]).isEqualTo(all[user * items + wanted[i]]);
        }
      }
    }
  }
}
