package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.guard.SplitLeakage;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.command.text.EvaluationText;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.run.Origin;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "evaluate",
    description = {
      "Ranks the full catalogue for every user of a split and reports the metrics.",
      "Items the user engaged with before are ranked only if the run's setting evaluation.rankSeen"
          + " or --rank-seen says so. Popularity and random are shown beside the model."
    },
    footer = {
      "  twotower evaluate --run runs/one",
      "  twotower evaluate --run runs/tuesday --against runs/monday --require \"not worse\"",
      "  twotower evaluate --run runs/one --split validation --k 5,50 --json"
    })
final class EvaluateCommand extends Action {
  @Mixin private RunOption run;

  @Mixin private EvaluationOptions ranking;

  @Option(
      names = "--users",
      order = 4,
      paramLabel = "N",
      defaultValue = "0",
      description = "Evaluate a seeded sample of N users; 0: all.")
  private int users;

  @Mixin private Against against;

  /** Not the run's: runs of other seeds are judged on the same users, beside the same baseline. */
  private static final long SAMPLE_SEED = 0;

  @Override
  protected Answer answer(Console console) throws IOException {
    boolean judged = against.asked(ranking.cutoffs());
    try (TrainedRun loaded = run.open(console)) {
      RankingOptions options = ranking.of(loaded.directory(), console);
      Split split = options.split();
      SplitLeakage.of(loaded.data(), split)
          .under(loaded.data().manifest())
          .warnings(options.rankSeen())
          .forEach(warning -> console.err().println("note: " + warning));
      RankingEvaluator evaluator =
          new RankingEvaluator(
              Training.rankingData(loaded.data()),
              options
                  .withThreads(Devices.threads(loaded.config().threads()))
                  .withSampleUsers(users, SAMPLE_SEED));
      loaded.directory().origin().flatMap(Origin::fresh).ifPresent(evaluator::withNewItems);
      EvaluationResult result;
      try (Progress progress = console.progress("evaluate", "users", evaluator.users().length)) {
        evaluator.onRanked(done -> progress.at(done, ""));
        result = loaded.evaluate(evaluator, split);
      }
      if (judged) {
        Against.Judged pair =
            against.judge(loaded, result, evaluator, options, console.err()::println);
        String text = EvaluationText.of(result) + System.lineSeparator().repeat(2) + pair.text();
        return new Answer(pair, text, pair.exitCode());
      }
      return new Answer(result, EvaluationText.of(result));
    }
  }
}
