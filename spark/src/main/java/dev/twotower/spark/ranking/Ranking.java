package dev.twotower.spark.ranking;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankedUsers;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.spark.job.Jobs;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.rounds.PartRun;
import dev.twotower.trainer.train.Training;
import java.nio.file.Path;
import java.util.List;

/** Evaluates a model, its users ranked part by part. */
public final class Ranking {
  private Ranking() {}

  /**
   * Ranks all users of a split.
   *
   * @param what is evaluated, for people
   * @param itemRows training rows of each item
   */
  public static EvaluationResult evaluate(
      Jobs jobs,
      String what,
      PartedDataset data,
      PartModels models,
      RankingOptions options,
      int[] itemRows) {
    String directory = data.directory().toString();
    String split = options.split().toString();
    List<Integer> cutoffs = List.copyOf(options.cutoffs());
    List<Metric.Kind> also = List.copyOf(options.also());
    boolean rankSeen = options.rankSeen();
    long seed = options.seed();
    List<RankedUsers> ranked =
        jobs.each(
            what,
            data.parts(),
            part -> {
              int[] numbers = PartedDataset.open(Path.of(directory)).users(part);
              try (PartRun run = models.open(part)) {
                Dataset own = run.data();
                Split of = Split.parse(split);
                try (ModelScorer scorer = run.scorer(of)) {
                  return RankedUsers.of(
                      Training.rankingData(own),
                      numbers,
                      RankingOptions.defaults(of)
                          .withCutoffs(cutoffs)
                          .withAlso(also)
                          .withRankSeen(rankSeen)
                          .withSampleUsers(0, seed)
                          .withThreads(Devices.threads(run.config().threads())),
                      scorer);
                }
              }
            });
    return RankedUsers.join(ranked, options, itemRows);
  }
}
