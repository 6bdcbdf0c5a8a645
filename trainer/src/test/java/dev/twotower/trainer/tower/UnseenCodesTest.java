package dev.twotower.trainer.tower;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Codes that no training row brings along read the shared unknown row (design 8). */
class UnseenCodesTest {
  private static final int COLD = 4;

  @TempDir private Path folder;
  private Dataset data;

  /** Items 0 to 3 are trained on; 4 and 5 are not, and 4 alone is blue, tagged z, and of node c. */
  @BeforeEach
  void write() {
    DatasetBuilder builder =
        new DatasetBuilder()
            .itemFeature(
                MemoryFeature.categorical(
                    "colour", List.of("red", "green", "red", "red", "blue", "green")))
            .itemFeature(
                MemoryFeature.multi(
                    "tags",
                    List.of(
                        List.of("x"),
                        List.of("y"),
                        List.of(),
                        List.of("x"),
                        List.of("x", "z"),
                        List.of("y"))))
            .userFeature(MemoryFeature.categorical("land", List.of("de", "fr", "it")))
            .tree(
                new int[] {-1, 0, 1, 1, 0, 4},
                List.of("all", "food", "a", "b", "tools", "c"),
                new int[] {2, 3, 2, 3, 5, 2});
    for (int row = 0; row < 8; row++) {
      builder.row(Split.TRAIN, row % 2, row % 4, row, row);
    }
    data = builder.row(Split.TEST, 2, 5, 8, 9).write(folder.resolve("data"));
  }

  @AfterEach
  void close() {
    data.close();
  }

  private long[] rows(String table, int user, int item, String... settings) {
    RunConfig config =
        RunConfig.defaults()
            .with("device=cpu", "batchSize=4", "dim=8", "user.embedding=8", "item.embedding=8")
            .with("item.features=[colour, tags, category, category.2]", "user.features=[land]")
            .with(settings);
    try (TwoTowerModel model = TwoTowerModel.create(data, config, Device.cpu())) {
      TowerInputs inputs =
          new TowerInputs(model.sources(), new Histories(List.of(data.interactions(Split.TRAIN))));
      inputs.clear(1, 1);
      inputs.addUser(user, 100);
      inputs.addItem(item);
      long unknown = model.tables().get(table).unknown();
      return Arrays.stream(inputs.touchedRows().get(table))
          .map(r -> r == unknown ? -1 : r)
          .toArray();
    }
  }

  @Test
  void codesOfColdItemsAloneAreUnknown() {
    assertThat(rows("item.colour", 0, COLD)).containsExactly(-1);
    assertThat(rows("item.tags", 0, COLD)).containsExactly(1, -1);
    assertThat(rows("item.category", 0, COLD)).containsExactly(-1);
    assertThat(rows("item.category.2", 0, COLD)).containsExactly(-1);
    assertThat(rows("user.land", 2, 0)).containsExactly(-1);
  }

  @Test
  void codesThatTrainedItemsShareAreKnown() {
    assertThat(rows("item.colour", 0, 5)).containsExactly(2);
    assertThat(rows("item.tags", 0, 5)).containsExactly(2);
    assertThat(rows("item.category", 0, 5)).containsExactly(2, 3);
    assertThat(rows("user.land", 1, 0)).containsExactly(2);
  }

  /**
   * Uniform negatives and the tree's batches hold items without training rows: they are learned.
   */
  @Test
  void codesThatTrainingMeetsOtherwiseAreKnown() {
    assertThat(rows("item.colour", 0, COLD, "loss.uniform=4")).containsExactly(3);
    assertThat(rows("item.category", 0, COLD, "tree.lambda=0.1", "tree.batchSize=16"))
        .containsExactly(5, 6);
    assertThat(
            rows(
                "item.category",
                0,
                COLD,
                "tree.lambda=0.1",
                "tree.batchSize=16",
                "tree.coEngagement=1"))
        .containsExactly(-1);
  }

  /** Item 3 is each time the last of user 1, item 2 of user 0: no history ever holds them. */
  @Test
  void aTableOfHistoriesKnowsWhatTheyHeld() {
    try (Dataset once =
        new DatasetBuilder()
            .row(Split.TRAIN, 0, 0, 0, 0)
            .row(Split.TRAIN, 0, 2, 1, 1)
            .row(Split.TRAIN, 1, 1, 2, 0)
            .row(Split.TRAIN, 1, 3, 3, 1)
            .write(folder.resolve("once"))) {
      RunConfig config =
          RunConfig.defaults().with("device=cpu", "batchSize=4", "user.history.length=4");
      try (TwoTowerModel shared = TwoTowerModel.create(once, config, Device.cpu());
          TwoTowerModel own =
              TwoTowerModel.create(once, config.with("user.history.table=past"), Device.cpu())) {
        assertThat(history(once, shared, "item")).containsExactly(2, 0);
        assertThat(history(once, own, "past")).containsExactly(4, 0);
      }
    }
  }

  private static long[] history(Dataset data, TwoTowerModel model, String table) {
    TowerInputs inputs =
        new TowerInputs(model.sources(), new Histories(List.of(data.interactions(Split.TRAIN))));
    inputs.clear(1, 0);
    inputs.addUser(0, 100);
    return inputs.touchedRows().get(table);
  }
}
