package dev.twotower.spark.command;

import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.message.Amount;
import dev.twotower.spark.job.Jobs;
import dev.twotower.spark.ranking.PartModels;
import dev.twotower.spark.ranking.Vectors;
import dev.twotower.trainer.command.Action;
import dev.twotower.trainer.command.Answer;
import dev.twotower.trainer.command.Console;
import dev.twotower.trainer.command.ListLength;
import dev.twotower.trainer.command.RankSeenOption;
import dev.twotower.trainer.serving.lists.ItemNames;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the best items of all users to Parquet. */
@Command(
    name = "recommend",
    description = {
      "Writes the best items of all users, as of the test split, to a Parquet folder: user, rank,"
          + " item, score, name (with --names), source. Exact over the whole catalogue; a task for"
          + " each part.",
      "The lists are those of 'twotower recommend --all'."
    },
    footer = {
      "  twotower-spark recommend --run runs/one --to lists -k 20",
      "  twotower-spark recommend --run runs/one --data logs/parts --to lists --names"
    })
public final class RecommendCommand extends Action {
  @Mixin private RunOptions run;

  @Option(
      names = {"--to", "--out"},
      required = true,
      order = 2,
      paramLabel = "DIR",
      description = "The folder to make; must not exist. On storage that all executors see.")
  private Path to;

  @Mixin private ListLength length;

  @Option(
      names = "--names",
      order = 4,
      description = "Write the items' names, too, as a column name.")
  private boolean named;

  @Mixin private RankSeenOption rankSeen;

  @Override
  protected Answer answer(Console console) {
    PartedDataset data = run.open();
    int items = data.manifest().counts().items();
    length.check();
    if (named) {
      // Every part has the whole catalogue.
      ItemNames.require("--names", data.part(0, run.directory().config().trainOn()));
    }
    Path target = to.toAbsolutePath().normalize();
    StagedDirectory.requireFree(target);
    boolean seen = rankSeen.of(run.directory().config());
    length.tellOfAll(items, console);
    try (Jobs jobs = Jobs.start(console, "recommend")) {
      Vectors.lists(
          jobs,
          data,
          PartModels.ofRun(data, run.path()),
          length.k(),
          seen,
          named,
          target.toUri().toString());
    }
    int users = data.manifest().counts().users();
    return new Answer(
        Map.of("to", to.toString(), "users", users, "k", length.k()),
        "%s: lists of %s for %s"
            .formatted(
                to, Amount.of(Math.min(length.k(), items), "item"), Amount.of(users, "user")));
  }
}
