package dev.twotower.trainer.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.masking.BatchIds;
import dev.twotower.trainer.candidates.OtherRows;
import dev.twotower.trainer.command.Invocation;
import dev.twotower.trainer.command.faults.Parts;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.tower.Carried;
import dev.twotower.trainer.train.PartTraining;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Part 1 of two holds user 0 alone, part 0 all others. */
class PartBatchTest {
  private static final RoundPlan PLAN =
      new RoundPlan(2, 1, RoundPlan.LogQ.LOG, RoundPlan.Merge.SUM, RoundPlan.Batches.LOG, "");

  @TempDir static Path temp;
  private static PartedDataset data;
  private static long all;
  private static long alone;

  @BeforeAll
  static void prepare() throws Exception {
    Path whole = temp.resolve("whole");
    Invocation.done("generate", "--to=" + whole, "--users=12", "--items=200", "--rows=600");
    Parts.of(whole, temp.resolve("parts"), 2, user -> user == 0 ? 1 : 0);
    data = PartedDataset.open(temp.resolve("parts"));
    all = data.manifest().counts().rows(Split.TRAIN);
    alone = data.partAlone(1, TrainSplits.TRAIN).interactions(Split.TRAIN).rows();
  }

  private static RunConfig config(String... settings) throws Exception {
    RunConfig defaults = RunConfig.load(Optional.empty(), List.of("device=cpu", "threads=1"));
    return defaults.with(settings);
  }

  /** In three rounds of batches that do not divide the parts' rows. */
  @Test
  void everyRowOfTheLogIsACandidateOnceAnEpoch() throws Exception {
    RunConfig run = config("batchSize=40");
    RoundPlan plan =
        new RoundPlan(2, 3, RoundPlan.LogQ.LOG, RoundPlan.Merge.SUM, RoundPlan.Batches.LOG, "");
    for (int part = 0; part < 2; part++) {
      int[] counts = new int[data.manifest().counts().items()];
      long first = 0;
      long firstOfOther = 0;
      for (int round = 1; round <= 3; round++) {
        ComingRows own = coming(run, plan, round, part, first);
        ComingRows other = coming(run, plan, round, 1 - part, firstOfOther);
        OtherRows others = new OtherRows(List.of(other.items()), first, own.batches());
        for (int batch = 0; batch < own.batches(); batch++) {
          BatchIds ids = new BatchIds(0);
          others.appendTo(ids, first + batch);
          for (int candidate = 0; candidate < ids.candidates(); candidate++) {
            counts[ids.item(candidate)]++;
          }
        }
        Arrays.stream(own.items()).forEach(item -> counts[item]++);
        first += own.batches();
        firstOfOther += other.batches();
      }
      assertThat(counts).isEqualTo(data.itemRows(TrainSplits.TRAIN));
    }
  }

  private static ComingRows coming(RunConfig run, RoundPlan plan, int round, int part, long first) {
    return ComingRows.read(
        data.partAlone(part, TrainSplits.TRAIN),
        PartBatch.of(data, run, plan, part).config(),
        plan,
        round,
        new SamplerPosition(0, first));
  }

  /** The user's own rows are no negatives under the mask; those of the other part are. */
  @Test
  void otherRowsAreNegativesWhereAPartHasNone() throws Exception {
    RunConfig config = config("batchSize=64", "dim=4", "masks=identity+user", "epochs=1");
    Round round = new Round(data, config, PLAN, temp.resolve("run"), Carried.NOTHING);
    round.begin(0);
    round.begin(1);
    assertThat(round.train(1, 1).rows()).isEqualTo(alone);
    Dataset part = data.part(1, TrainSplits.TRAIN);
    RunConfig small = config.with("batchSize=16");
    assertThatThrownBy(
            () -> PartTraining.of(part, part, small, Optional.empty(), Carried.NOTHING).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leave no row of the training split a negative");
  }

  @Test
  void rowsThatWereNotAnnouncedAreOfAnEarlierVersion() throws Exception {
    Path run = temp.resolve("earlier");
    RunConfig config = config("batchSize=64", "dim=4", "epochs=1");
    Round round = new Round(data, config, PLAN, run, Carried.NOTHING);
    round.begin(0);
    round.begin(1);
    Path file = new RoundFiles(run).next(0, 1).resolve(ComingRows.FILE);
    byte[] whole = Files.readAllBytes(file);
    whole[whole.length / 2] ^= 1;
    Files.write(file, whole);
    assertThatThrownBy(() -> round.train(1, 0))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(file.getFileName().toString());
    WorkFolder.delete(file.getParent());
    assertThatThrownBy(() -> round.train(1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("an earlier version began the run");
  }

  @Test
  void aPartTakesTwoRowsOfABatchAtLeast() throws Exception {
    long least = (2 * all + alone - 1) / alone;
    PartTraining.requireRows(data, config("batchSize=" + least), true);
    RunConfig small = config("batchSize=" + (least - 1));
    assertThatThrownBy(() -> PartTraining.requireRows(data, small, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batchSize is %d, of which part 1, the smallest of 2,", least - 1)
        .hasMessageContaining("allowed: %d and up, or fewer parts", least);
    PartTraining.requireRows(data, small, false);
  }

  /** Rounded up to 3 rows a batch, the part has fewer steps than the log. */
  @Test
  void theWarmupEndsInEveryPart() throws Exception {
    int batchSize = Math.toIntExact((5 * all + 2 * alone - 1) / (2 * alone));
    assertThat(PartTraining.share(batchSize, alone, all)).isEqualTo(3);
    long steps = (alone + 2) / 3;
    assertThat(steps).isLessThan((all + batchSize - 1) / batchSize);
    String[] settings = {"batchSize=" + batchSize, "epochs=1"};
    PartTraining.requireRows(
        data, config(settings).with("optimizer.warmupSteps=" + (steps - 1)), true);
    RunConfig longer = config(settings).with("optimizer.warmupSteps=" + steps);
    assertThatThrownBy(() -> PartTraining.requireRows(data, longer, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "optimizer.warmupSteps: received %d, but part 1 of 2 has %d steps of 3 rows",
            steps, steps);
  }
}
