package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.table.EmbeddingTable;
import dev.twotower.trainer.tower.Feature;
import dev.twotower.trainer.tower.Histories;
import dev.twotower.trainer.tower.TowerInputs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Items that only held-out rows carry, and histories that training never sees (design 8). */
class UnseenIdsTest {
  private static final int SEEN = 60;
  private static final int ITEMS = 80;

  @TempDir private Path folder;
  private Dataset data;

  /** The validation rows are of items that training does not have. */
  @BeforeEach
  void writeData() {
    UniformRandomProvider random = Streams.stream(1, "unseen-ids-test");
    DatasetBuilder builder = new DatasetBuilder().items(ITEMS);
    int request = 0;
    for (int user = 0; user < 60; user++) {
      for (int visit = 0; visit < (user % 2 == 0 ? 1 : 3); visit++, request++) {
        for (int row = 0; row < 4; row++) {
          int item = user % 3 * 20 + random.nextInt(20);
          builder.row(Split.TRAIN, user, item, request, visit * 100L);
        }
      }
      int fresh = SEEN + random.nextInt(ITEMS - SEEN);
      builder.row(Split.VALIDATION, user, fresh, request, 1000);
      builder.row(Split.TEST, user, random.nextInt(SEEN), request++, 2000);
    }
    data = builder.write(folder.resolve("data"));
  }

  @AfterEach
  void closeData() {
    data.close();
  }

  private static RunConfig config(String... settings) {
    return RunConfig.defaults()
        .with(
            "batchSize=64",
            "dim=16",
            "epochs=5",
            "device=cpu",
            "user.embedding=16",
            "item.embedding=16",
            "evaluation.everyEpochs=0")
        .with(settings);
  }

  @Test
  void theSharedRowStaysZeroThoughUniformDrawsMeetUnseenItems() throws Exception {
    Path run = folder.resolve("run");
    Training.start(
        data, config("loss.uniform=64", "item.hidden=[8]"), run, Training.Options.DEFAULT);
    try (TrainedRun trained = TrainedRun.load(run, Optional.empty(), Optional.empty())) {
      EmbeddingTable items = trained.model().tables().get("item");
      float[] weights = items.state().get("weights").toFloatArray();
      assertThat(items.unknown()).isEqualTo(ITEMS);
      for (int i = 0; i < 16; i++) {
        assertThat(weights[ITEMS * 16 + i]).isZero();
        assertThat(weights[i]).isNotZero();
      }
    }
  }

  @Test
  void aHistoryReadsTheSharedRowForItemsThatTrainingNeverSaw() throws Exception {
    Path run = folder.resolve("run");
    Training.start(data, config("user.history.length=8"), run, Training.Options.DEFAULT);
    try (TrainedRun trained = TrainedRun.load(run, Optional.empty(), Optional.empty())) {
      String table =
          trained.model().users().features().stream()
              .filter(Feature::history)
              .findFirst()
              .orElseThrow()
              .table();
      TowerInputs inputs =
          new TowerInputs(
              trained.model().sources(),
              new Histories(
                  List.of(data.interactions(Split.VALIDATION), data.interactions(Split.TRAIN))));
      inputs.clear(1, 0);
      inputs.addUser(1, 2000);
      Map<String, long[]> rows = inputs.touchedRows();
      assertThat(rows.get(table)).contains(ITEMS);
      assertThat(Arrays.stream(rows.get(table)).filter(row -> row >= SEEN))
          .containsOnly((long) ITEMS);
    }
  }

  @Test
  void saysWhenNoTrainingRowCanHaveAHistory() throws Exception {
    DatasetBuilder builder = new DatasetBuilder();
    for (int user = 0; user < 40; user++) {
      builder.row(Split.TRAIN, user, user % 7, user, 1);
      builder.row(Split.TRAIN, user, user % 5, user, 2);
    }
    List<String> notes = new ArrayList<>();
    try (Dataset flat = builder.write(folder.resolve("flat"))) {
      Training.start(
          flat,
          config("user.history.length=8", "epochs=1"),
          folder.resolve("run"),
          Training.Options.DEFAULT.withListener(
              new TrainingListener() {
                @Override
                public void note(String message) {
                  notes.add(message);
                }
              }));
    }
    assertThat(notes).anyMatch(note -> note.contains("--session-gap"));
  }
}
