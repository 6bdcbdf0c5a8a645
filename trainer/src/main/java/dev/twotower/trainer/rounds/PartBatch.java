package dev.twotower.trainer.rounds;

import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.train.PartTraining;
import java.util.Arrays;

/**
 * What a batch of a part is made of (package description).
 *
 * @param config the run's, with the part's seed and the rows of its batches
 * @param together whether the other parts' rows of the same step are candidates, too
 */
record PartBatch(RunConfig config, boolean together) {
  static PartBatch of(PartedDataset data, RunConfig run, RoundPlan plan, int part) {
    // Part 0 has the run's seed, so that training over one part is training.
    long seed =
        part == 0 ? run.seed() : Streams.key(run.seed(), "rounds.part", part) & Integer.MAX_VALUE;
    if (plan.batches() == RoundPlan.Batches.PART || data.parts() == 1) {
      return new PartBatch(part == 0 ? run : run.with("seed=" + seed), false);
    }
    long own = data.trainRows(part, run.trainOn());
    long all = Arrays.stream(data.itemRows(run.trainOn())).asLongStream().sum();
    int rows = PartTraining.share(run.batchSize(), own, all);
    return new PartBatch(run.with("seed=" + seed, "batchSize=" + rows), own < all);
  }
}
