package dev.twotower.spark.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.spark.job.Jobs;
import dev.twotower.spark.ranking.PartModels;
import dev.twotower.spark.ranking.Ranking;
import dev.twotower.trainer.command.Action;
import dev.twotower.trainer.command.Answer;
import dev.twotower.trainer.command.Console;
import dev.twotower.trainer.command.EvaluationOptions;
import dev.twotower.trainer.command.EventsOption;
import dev.twotower.trainer.command.SampleOption;
import dev.twotower.trainer.command.text.EvaluationText;
import dev.twotower.trainer.config.RunConfig;
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
      "  twotower-spark evaluate --data logs/parts --run runs/one",
      "  twotower-spark evaluate --data logs/parts --run runs/one --split validation --k 5,50"
          + " --json"
    })
public final class EvaluateCommand extends Action {
  @Mixin private RunOptions run;

  @Mixin private EvaluationOptions ranking;

  @Option(
      names = "--by-request",
      order = 5,
      description =
          "Rank for each request of the split by itself, and average a user's requests before"
              + " users; as is done without it where the user tower reads values of requests"
              + " (user.features with context.NAME).")
  private boolean byRequest;

  @Mixin private SampleOption sample;

  @Mixin private EventsOption events;

  @Override
  protected Answer answer(Console console) {
    PartedDataset data = run.open();
    RunConfig config = run.directory().config();
    Feedback uses = events.given() ? readable(data) : config.events();
    RankingOptions options =
        ranking
            .of(run.directory(), console)
            .withByRequest(
                byRequest || config.ranksByRequest(data.part(0, config.trainOn()).userTable()))
            .withSampleUsers(sample.users(), SampleOption.SEED);
    ranking.tellOfWholeCatalogue(data.manifest().counts().items(), console);
    try (Jobs jobs = Jobs.start(console, "evaluate")) {
      EvaluationResult result =
          Ranking.evaluate(
              jobs,
              "rank the catalogue for the users of " + options.split(),
              data.reading(uses),
              PartModels.ofRun(data, run.path()),
              options,
              config.trainOn());
      EvaluationText.Document document = EvaluationText.Document.of(result);
      return new Answer(document, EvaluationText.of(document));
    }
  }

  /** What kinds were said to stand for, which must fit the log: all parts have the same kinds. */
  private Feedback readable(PartedDataset data) {
    try (Dataset part = data.partAlone(0, TrainSplits.TRAIN)) {
      events.read(part);
    }
    return events.feedback();
  }
}
