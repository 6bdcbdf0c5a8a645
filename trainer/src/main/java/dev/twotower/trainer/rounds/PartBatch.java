package dev.twotower.trainer.rounds;

import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.candidates.RowDraws;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.train.PartTraining;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a batch of a part is made of (package description).
 *
 * @param config the run's, with the part's seed and the rows of its batches
 * @param others draws from the other parts' rows; empty for none
 */
record PartBatch(RunConfig config, Optional<RowDraws> others) {
  static PartBatch of(PartedDataset data, RunConfig run, RoundPlan plan, int part) {
    // Part 0 has the run's seed, so that training over one part is training.
    long seed =
        part == 0 ? run.seed() : Streams.key(run.seed(), "rounds.part", part) & Integer.MAX_VALUE;
    if (plan.batches() == RoundPlan.Batches.PART || data.parts() == 1) {
      return new PartBatch(part == 0 ? run : run.with("seed=" + seed), Optional.empty());
    }
    TrainCounts counts = data.partAlone(part, run.trainOn()).trainCounts();
    int[] others = data.itemRows(run.trainOn());
    long all = Arrays.stream(others).asLongStream().sum();
    for (int item = 0; item < others.length; item++) {
      others[item] -= counts.rows(item);
    }
    int rows = PartTraining.share(run.batchSize(), counts.total(), all);
    return new PartBatch(
        run.with("seed=" + seed, "batchSize=" + rows),
        counts.total() == all
            ? Optional.empty()
            : Optional.of(new RowDraws(seed, others, counts.total())));
  }
}
