package dev.twotower.trainer.command;

import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What of a run is ranked, and how well. */
public final class EvaluationOptions {
  @Mixin private SplitOption split;

  @Option(
      names = {"--k", "-k"},
      order = 3,
      split = ",",
      paramLabel = "K",
      defaultValue = "10,20,50",
      description = "Cutoffs of the metrics.")
  private List<Integer> cutoffs;

  @Option(
      names = "--also",
      order = 4,
      split = ",",
      paramLabel = "METRIC",
      showDefaultValue = Visibility.NEVER,
      description =
          "Further metrics, of precision, map and auc, beside those of the run's"
              + " evaluation.metrics.")
  private List<Metric.Kind> also = List.of();

  @Mixin private RankSeenOption rankSeen;

  @Option(
      names = "--replicates",
      order = 6,
      paramLabel = "N",
      defaultValue = "1000",
      description = "Bootstrap resamples behind the intervals; 0: none.")
  private int replicates;

  List<Integer> cutoffs() {
    return cutoffs;
  }

  /**
   * The options for a run. Says so where its best epoch was chosen on the split.
   *
   * @throws IllegalArgumentException when the run was trained on the split, or a value is out of
   *     its range
   */
  public RankingOptions of(RunDirectory run, Console console) {
    RunConfig config = run.config();
    config.trainOn().requireHeldOut(split.split());
    if (split.split().toString().equals(run.card().stopSplit())) {
      console.tell(
          "note: the best epoch was chosen on this split, so these figures are optimistic");
    }
    return of(rankSeen.of(config)).withMetrics(config.evaluation().parsedMetrics());
  }

  /**
   * The options for vectors that no run made: seen items are ranked only if --rank-seen says so.
   */
  RankingOptions ofVectors() {
    return of(rankSeen.given().orElse(false));
  }

  /** Tells which cutoffs are as large as the catalogue. */
  public void tellOfWholeCatalogue(int items, Console console) {
    String received =
        "--k " + cutoffs.stream().map(String::valueOf).collect(Collectors.joining(","));
    RankingOptions.wholeCatalogue(received, cutoffs, items)
        .ifPresent(note -> console.tell("note: " + note));
  }

  private RankingOptions of(boolean seen) {
    return RankingOptions.defaults(split.split())
        .withCutoffs(cutoffs)
        .withAlso(also)
        .withReplicates(replicates)
        .withRankSeen(seen);
  }
}
