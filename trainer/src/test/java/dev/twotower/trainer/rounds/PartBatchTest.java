package dev.twotower.trainer.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.data.sampling.BatchSampler;
import dev.twotower.data.sampling.RowBatch;
import dev.twotower.data.sampling.SamplerFactory;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.masking.BatchIds;
import dev.twotower.trainer.command.Invocation;
import dev.twotower.trainer.command.faults.Parts;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.train.PartTraining;
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

  /**
   * In an epoch every row of the part is in a batch once, and the draws bring the others' rows once
   * each on average, also where batches do not divide the part's rows. Of 200 items, the squared
   * deviations in units of what chance lets expect sum to 200 at most, give or take 20.
   */
  @Test
  void rowsAndDrawsHaveTheItemsOfTheLog() throws Exception {
    RunConfig run = config("batchSize=40", "layout=iid");
    int epochs = 200;
    for (int part = 0; part < 2; part++) {
      Interactions train = data.partAlone(part, TrainSplits.TRAIN).interactions(Split.TRAIN);
      PartBatch batch = PartBatch.of(data, run, PLAN, part);
      RunConfig own = batch.config();
      BatchReader reader = new BatchReader(train, own.masks());
      BatchIds ids = reader.newBatch();
      RowBatch rows = new RowBatch(own.batchSize());
      BatchSampler sampler =
          SamplerFactory.of(own.layout()).create(train, own.batchSize(), own.seed());
      int[] counts = new int[data.manifest().counts().items()];
      for (int epoch = 0; epoch < epochs; epoch++) {
        sampler.resume(new SamplerPosition(epoch, 0));
        while (sampler.next(rows)) {
          reader.read(rows, ids);
          batch.others().orElseThrow().appendTo(ids, sampler.position());
          for (int candidate = 0; candidate < ids.candidates(); candidate++) {
            counts[ids.item(candidate)]++;
          }
        }
      }
      int[] log = data.itemRows(TrainSplits.TRAIN);
      double squares = 0;
      for (int item = 0; item < log.length; item++) {
        double expected = (double) epochs * log[item];
        squares += expected == 0 ? counts[item] : Math.pow(counts[item] - expected, 2) / expected;
      }
      assertThat(squares).as("part %d, %s", part, Arrays.toString(counts)).isLessThan(320);
    }
  }

  /** The user's own rows are no negatives under the mask; the draws are. */
  @Test
  void drawsAreNegativesWhereAPartHasNone() throws Exception {
    RunConfig config = config("batchSize=64", "dim=4", "masks=identity+user", "epochs=1");
    Path run = temp.resolve("run");
    Round round = new Round(data, config, PLAN, run);
    round.begin();
    assertThat(round.train(1, 1).rows()).isEqualTo(alone);
    RoundPlan ofEach =
        new RoundPlan(2, 1, RoundPlan.LogQ.LOG, RoundPlan.Merge.SUM, RoundPlan.Batches.PART, "");
    Dataset part = data.part(1, TrainSplits.TRAIN);
    RunConfig small = config.with("batchSize=16");
    assertThatThrownBy(
            () ->
                PartTraining.of(part, part, small, PartBatch.of(data, small, ofEach, 1).others())
                    .close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leave no row of the training split a negative");
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
    RunConfig ofRequests = config("user.features=[id,context.device,context.hour]");
    assertThatThrownBy(() -> PartTraining.requireRows(data, ofRequests, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("received [context.device, context.hour], values of requests");
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
