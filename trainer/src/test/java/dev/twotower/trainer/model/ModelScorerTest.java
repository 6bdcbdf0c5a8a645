package dev.twotower.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.RunConfig;
import java.nio.file.Path;
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
}
