package dev.twotower.spark.command;

import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.spark.job.Jobs;
import dev.twotower.spark.ranking.PartModels;
import dev.twotower.spark.ranking.Ranking;
import dev.twotower.trainer.command.Action;
import dev.twotower.trainer.command.Answer;
import dev.twotower.trainer.command.Console;
import dev.twotower.trainer.command.text.EvaluationText;
import dev.twotower.trainer.config.RunConfig;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ranks the full catalogue for every user, part by part. */
@Command(
    name = "evaluate",
    description = {
      "Ranks the full catalogue for every user of a split and reports the metrics; each task ranks"
          + " the users of a part.",
      "The figures are those of 'twotower evaluate', to the last digit. The metrics of each user"
          + " travel to the driver, about 900 bytes."
    },
    footer = {
      "  twotower-spark evaluate --data data/parts --run runs/one",
      "  twotower-spark evaluate --data data/parts --run runs/one --split validation --k 5,50"
          + " --json"
    })
public final class EvaluateCommand extends Action {
  @Mixin private RunOptions run;

  @Option(
      names = "--split",
      order = 2,
      paramLabel = "SPLIT",
      defaultValue = "test",
      description = "validation or test.")
  private Split split;

  @Option(
      names = "--k",
      order = 3,
      split = ",",
      paramLabel = "K",
      defaultValue = "10,20,50",
      description = "Cutoffs of the metrics.")
  private List<Integer> cutoffs;

  @Option(
      names = "--rank-seen",
      order = 4,
      description =
          "Rank items that the user engaged with before as well; by default as the run says.")
  private boolean rankSeen;

  @Option(
      names = "--replicates",
      order = 5,
      paramLabel = "N",
      defaultValue = "1000",
      description = "Bootstrap resamples behind the intervals; 0: none.")
  private int replicates;

  @Override
  protected Answer answer(Console console) {
    PartedDataset data = run.open();
    RunConfig config = run.directory().config();
    config.trainOn().requireHeldOut(split);
    if (split.toString().equals(run.directory().card().stopSplit())) {
      console
          .err()
          .println(
              "note: the best epoch was chosen on this split, so these figures are optimistic");
    }
    RankingOptions options =
        RankingOptions.defaults(split)
            .withCutoffs(cutoffs)
            .withReplicates(replicates)
            .withRankSeen(rankSeen || config.evaluation().rankSeen());
    try (Jobs jobs = Jobs.start(console, "evaluate")) {
      EvaluationResult result =
          Ranking.evaluate(
              jobs,
              "rank the catalogue for the users of " + split,
              data,
              PartModels.ofRun(data.directory(), run.path()),
              options,
              data.itemRows(config.trainOn()));
      return new Answer(result, EvaluationText.of(result));
    }
  }
}
