package dev.twotower.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
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
}
