package dev.twotower.spark.ranking;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankedUsers;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.spark.job.Jobs;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.rounds.PartRun;
import dev.twotower.trainer.train.Training;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;

/** Evaluates a model, its users ranked part by part. */
public final class Ranking {
  private Ranking() {}

  /**
   * Ranks the users of a split, all or a sample.
   *
   * @param what is evaluated, for people
   * @param data read by the kinds of feedback that users are ranked by
   * @param trainedOn the rows that the model learned from
   */
  public static EvaluationResult evaluate(
      Jobs jobs,
      String what,
      PartedDataset data,
      PartModels models,
      RankingOptions options,
      TrainSplits trainedOn) {
    String directory = data.directory().toString();
    Feedback uses = data.feedback();
    Protocol protocol = Protocol.of(options);
    // Sent to each executor once: with the work itself it would go to every part.
    Optional<Broadcast<int[]>> sample =
        options.sampleUsers() > 0
            ? Optional.of(jobs.context().broadcast(sample(jobs, data, options, trainedOn)))
            : Optional.empty();
    Broadcast<int[]> sent = sample.orElse(null);
    List<RankedUsers> ranked =
        jobs.each(
            what,
            data.parts(),
            part -> {
              PartedDataset parts = PartedDataset.open(Path.of(directory)).reading(uses);
              int[] numbers = parts.users(part);
              try (PartRun run = models.open(part);
                  ModelScorer scorer = run.scorer(Split.parse(protocol.split()))) {
                return RankedUsers.of(
                    Training.rankingData(ranked(run, parts, part)),
                    numbers,
                    protocol.options().withThreads(Devices.threads(run.config().threads())),
                    Optional.ofNullable(sent).map(Broadcast::value),
                    scorer);
              }
            });
    sample.ifPresent(Broadcast::destroy);
    return RankedUsers.join(ranked, options, data.itemRows(trainedOn));
  }

  /** The part as the run learned from it, or by other kinds of feedback. */
  private static Dataset ranked(PartRun run, PartedDataset parts, int part) {
    return run.data().feedback().equals(parts.feedback())
        ? run.data()
        : parts.part(part, run.config().trainOn());
  }

  /** Numbers of the users to rank; one machine draws the same. */
  private static int[] sample(
      Jobs jobs, PartedDataset data, RankingOptions options, TrainSplits trainedOn) {
    String directory = data.directory().toString();
    Feedback uses = data.feedback();
    Protocol protocol = Protocol.of(options);
    List<int[]> eligible =
        jobs.each(
            "list the users to draw from",
            data.parts(),
            part -> {
              PartedDataset parts = PartedDataset.open(Path.of(directory)).reading(uses);
              return RankedUsers.eligible(
                  Training.rankingData(parts.part(part, trainedOn)),
                  parts.users(part),
                  protocol.options());
            });
    return RankedUsers.sample(eligible, options);
  }

  /** What of the options travels to the parts. */
  private record Protocol(
      String split,
      List<Integer> cutoffs,
      List<Metric.Kind> also,
      boolean rankSeen,
      boolean byRequest,
      int users,
      long seed)
      implements Serializable {
    static Protocol of(RankingOptions options) {
      return new Protocol(
          options.split().toString(),
          List.copyOf(options.cutoffs()),
          List.copyOf(options.also()),
          options.rankSeen(),
          options.byRequest(),
          options.sampleUsers(),
          options.seed());
    }

    RankingOptions options() {
      return RankingOptions.defaults(Split.parse(split))
          .withCutoffs(cutoffs)
          .withAlso(also)
          .withRankSeen(rankSeen)
          .withByRequest(byRequest)
          .withSampleUsers(users, seed);
    }
  }
}
