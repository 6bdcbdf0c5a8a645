package dev.twotower.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.twotower.data.dataset.CategoryFeatures;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.trainer.config.ConfigException;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.contrastive.Mislabelling;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.warm.WarmStart;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Categories of other items as features, to see whether it is the tree that helps (design 7). */
class MislabelledCategoriesTest {
  private static final String KEY = "item.categories.mislabelled";
  private static final int ITEMS = 40;

  @TempDir private Path folder;
  private Dataset data;

  /** Two branches of two leaves; item 7 has no category, item 9 lies on a branch. */
  @BeforeEach
  void write() {
    data =
        log()
            .tree(
                new int[] {-1, -1, 0, 0, 1, 1},
                IntStream.range(0, 6).mapToObj(node -> "c" + node).toList(),
                IntStream.range(0, ITEMS)
                    .map(item -> item == 7 ? -1 : item == 9 ? 0 : 2 + item % 4)
                    .toArray())
            .write(folder.resolve("data"));
  }

  @AfterEach
  void close() {
    data.close();
  }

  private static DatasetBuilder log() {
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 80; row++) {
      builder.row(Split.TRAIN, row / 8, row % ITEMS, row / 4, row);
    }
    return builder;
  }

  private static RunConfig config(String... settings) {
    return RunConfig.defaults()
        .with("device=cpu", "batchSize=8", "dim=8", "user.embedding=8", "item.embedding=8")
        .with("item.features=[id, category, category.1]")
        .with(settings);
  }

  /** The codes of an item's path and of its top category, as the tower reads them. */
  private static int[][] codes(EntityTable items, int item) {
    return new int[][] {
      items.feature("category").codes(item), {items.feature("category.1").code(item)}
    };
  }

  private static EntityTable read(Dataset data, RunConfig config) {
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      return model.sources().items();
    }
  }

  @Test
  void theTowerReadsTheTreeThatTheLossHasAtTheSameShareAndSeed() {
    CategoryTree tree = data.tree().orElseThrow();
    for (double share : new double[] {0.3, 1}) {
      EntityTable items = read(data, config("seed=5", KEY + "=" + share));
      CategoryTree wrong = Mislabelling.of("tree.mislabelled", tree, share, 5);
      int moved = 0;
      for (int item = 0; item < ITEMS; item++) {
        int node = wrong.nodeOf(item);
        int top = node == wrong.root() ? -1 : wrong.depth(node) == 1 ? node : wrong.parent(node);
        int[] path =
            top < 0
                ? new int[0]
                : top == node ? new int[] {top + 1} : new int[] {top + 1, node + 1};
        assertThat(codes(items, item)).isEqualTo(new int[][] {path, {top + 1}});
        moved += node == tree.nodeOf(item) ? 0 : 1;
      }
      assertThat(moved).isEqualTo((int) Math.round(share * (ITEMS - 1)));
    }
  }

  @Test
  void withoutErrorsItReadsTheDataSetsOwn() {
    EntityTable own = CategoryFeatures.of(data);
    EntityTable items = read(data, config());
    for (int item = 0; item < ITEMS; item++) {
      assertThat(codes(items, item)).isEqualTo(codes(own, item));
    }
    assertThat(codes(own, 7)).isEqualTo(new int[][] {{}, {0}});
    assertThat(codes(own, 9)).isEqualTo(new int[][] {{1}, {1}});
    assertThat(codes(own, 10)).isEqualTo(new int[][] {{2, 5}, {2}});
  }

  /** What is trained and what is loaded later read the same; another seed has other errors. */
  @Test
  void theSeedSaysWhichItemsAreWrong() {
    EntityTable once = read(data, config("seed=5", KEY + "=1"));
    EntityTable again = read(data, config("seed=5", KEY + "=1"));
    EntityTable other = read(data, config("seed=6", KEY + "=1"));
    int differing = 0;
    for (int item = 0; item < ITEMS; item++) {
      assertThat(codes(again, item)).isEqualTo(codes(once, item));
      differing += Arrays.deepEquals(codes(once, item), codes(other, item)) ? 0 : 1;
    }
    assertThat(differing).isGreaterThan(ITEMS / 4);
  }

  @Test
  void saysWhereNothingCanBeWrong() {
    assertThatThrownBy(() -> config("item.features=[id]", KEY + "=0.5"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(KEY + ": received 0.5; allowed: 0 for a tower that reads no categor");
    assertThatThrownBy(() -> config(KEY + "=1.5"))
        .hasMessageContaining(KEY + ": received 1.5; allowed: number from 0 to 1");
    assertThatThrownBy(() -> config("user." + KEY.substring(5) + "=1"))
        .hasMessageContaining("user.categories: received an unknown key");
    try (Dataset flat = log().write(folder.resolve("flat"))) {
      assertThatThrownBy(() -> read(flat, config(KEY + "=0.5")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(KEY + " is 0.5, but the data set has no category tree")
          .hasMessageContaining("--tree");
    }
    try (Dataset column =
        log()
            .itemFeature(
                MemoryFeature.categorical(
                    "category",
                    IntStream.range(0, ITEMS).mapToObj(item -> "k" + item % 3).toList()))
            .tree(
                new int[] {-1, -1},
                List.of("a", "b"),
                IntStream.range(0, ITEMS).map(item -> item % 2).toArray())
            .write(folder.resolve("column"))) {
      assertThatThrownBy(() -> read(column, config(KEY + "=0.5")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(KEY + " is 0.5, but 'category' is a column of the items");
      assertThat(read(column, config("item.features=[id, category.1]", KEY + "=1"))).isNotNull();
    }
  }

  /** Other items would have other wrong categories than those it learned from. */
  @Test
  void aModelWithWrongCategoriesServesItsOwnItemsAlone() throws Exception {
    Path run = folder.resolve("run");
    Training.start(data, config(KEY + "=1", "epochs=1"), run, Training.Options.DEFAULT);
    Dataset reversed =
        log()
            .ids(user -> user, item -> ITEMS - 1 - item)
            .tree(
                new int[] {-1, -1, 0, 0, 1, 1},
                IntStream.range(0, 6).mapToObj(node -> "c" + node).toList(),
                IntStream.range(0, ITEMS).map(item -> 2 + item % 4).toArray())
            .write(folder.resolve("reversed"));
    try (reversed;
        TrainedRun then = TrainedRun.load(run, Optional.empty(), Optional.empty())) {
      TwoTowerModel.Heads heads = TwoTowerModel.Heads.BUILT_IN;
      WarmStart.serving(then, data, Device.cpu(), heads).close();
      assertThatThrownBy(() -> WarmStart.serving(then, reversed, Device.cpu(), heads))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(KEY + ": 1.0 there, 1.0 now");
    }
  }
}
