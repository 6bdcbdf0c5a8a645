package dev.twotower.spark.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.PartedWriter;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.rounds.RoundPlan;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether rounds are judged: where any part has rows to find. */
class RoundJudgeTest {
  private static final String KINDS = "events={buy: 1, view: shown}";
  private static final int BUY = 1;
  private static final int VIEW = 2;
  private static final int NONE = 0;
  private static final int USERS = 2;
  private static final int ITEMS = 4;

  @TempDir private Path folder;
  private int made;

  @Test
  void anyPartMayHaveTheRowsToFind() throws IOException {
    assertThat(hasUsers(List.of(VIEW, BUY), KINDS)).isTrue();
    assertThat(hasUsers(List.of(BUY, VIEW), KINDS)).isTrue();
    assertThat(hasUsers(List.of(NONE, BUY), KINDS)).isTrue();
  }

  @Test
  void rowsThatAreNoPositivesAreNotToBeFound() throws IOException {
    assertThat(hasUsers(List.of(VIEW, VIEW), KINDS)).isFalse();
    assertThat(hasUsers(List.of(VIEW, VIEW), "dim=4")).as("every row alike").isTrue();
  }

  @Test
  void neitherAreThoseThatAreNotThereOrThatWereLearnedFrom() throws IOException {
    assertThat(hasUsers(List.of(NONE, NONE), "dim=4")).isFalse();
    assertThat(hasUsers(List.of(NONE, NONE), KINDS)).isFalse();
    String[] last = {"trainOn=train+validation", "evaluation.everyEpochs=0"};
    assertThat(hasUsers(List.of(BUY, BUY), KINDS, last[0], last[1], "evaluation.patience=0"))
        .isFalse();
  }

  /**
   * @param held for each part, the kind of its users' validation rows; 0 where there are none
   */
  private boolean hasUsers(List<Integer> held, String... settings) throws IOException {
    made++;
    PartedDataset parts = parts(folder.resolve("parts-" + made), held);
    RunConfig config = RunConfig.defaults().with("evaluation.everyEpochs=1").with(settings);
    RoundPlan plan =
        new RoundPlan(
            held.size(), 2, RoundPlan.LogQ.LOG, RoundPlan.Merge.SUM, RoundPlan.Batches.LOG, "");
    try (RunDirectory run = RunDirectory.create(folder.resolve("run-" + made), config)) {
      RoundJudge judge = new RoundJudge(null, parts, run, plan, null, told -> {});
      assertThat(judge.isDue(1)).as("within an epoch").isFalse();
      assertThat(judge.isDue(2)).as("at its end").isEqualTo(judge.hasUsers());
      return judge.hasUsers();
    }
  }

  private static PartedDataset parts(Path to, List<Integer> held) throws IOException {
    try (PartedWriter writer = PartedWriter.create(to)) {
      Manifest last = null;
      for (int part = 0; part < held.size(); part++) {
        DatasetBuilder builder =
            new DatasetBuilder()
                .categoricalContext("event", List.of("buy", "view"))
                .items(ITEMS)
                .users(USERS);
        int[] itemRows = new int[2 * ITEMS];
        for (int user = 0; user < USERS; user++) {
          builder.row(Split.TRAIN, user, user, user, 0, 1, BUY);
          itemRows[user]++;
          if (held.get(part) != NONE) {
            builder.row(Split.VALIDATION, user, user + 1, user, 1, 1, held.get(part));
            itemRows[ITEMS + user + 1]++;
          }
        }
        try (Dataset written = builder.write(PartedWriter.attempt(writer.path(), part, 0))) {
          last = written.manifest();
        }
        int first = part * USERS;
        PartedWriter.keep(writer.path(), part, 0, new int[] {first, first + 1}, itemRows);
      }
      writer.commit(held.size(), last.split(), last.provenance());
    }
    return PartedDataset.open(to);
  }
}
