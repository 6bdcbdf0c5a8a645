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
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the vectors of all users and items to Parquet. */
@Command(
    name = "embed",
    description = {
      "Writes the unit vectors of all users, as of the test split, and of all items to Parquet"
          + " folders users and items: row, id, vector. A task for each part.",
      "The vectors are those of 'twotower export', bit for bit."
    },
    footer = {
      "  twotower-spark embed --data logs/parts --run runs/one --to vectors",
      "  twotower-spark embed --data logs/parts --run runs/one --to vectors --of items"
    })
public final class EmbedCommand extends Action {
  private enum Of {
    BOTH,
    USERS,
    ITEMS
  }

  @Mixin private RunOptions run;

  @Option(
      names = {"--to", "--out"},
      required = true,
      order = 2,
      paramLabel = "DIR",
      description = "The folder to make; must not exist. On storage that all executors see.")
  private Path to;

  @Option(
      names = "--of",
      order = 3,
      paramLabel = "WHAT",
      defaultValue = "both",
      description = "users, items or both.")
  private Of of;

  @Override
  protected Answer answer(Console console) {
    PartedDataset data = run.open();
    Path target = to.toAbsolutePath().normalize();
    StagedDirectory.requireFree(target);
    PartModels models = PartModels.ofRun(data, run.path());
    try (Jobs jobs = Jobs.start(console, "embed")) {
      if (of != Of.ITEMS) {
        Vectors.users(jobs, data, models, target.resolve("users").toUri().toString());
      }
      if (of != Of.USERS) {
        Vectors.items(jobs, models, target.resolve("items").toUri().toString());
      }
    }
    int users = of == Of.ITEMS ? 0 : data.manifest().counts().users();
    int items = of == Of.USERS ? 0 : data.manifest().counts().items();
    return new Answer(
        Map.of("to", to.toString(), "users", users, "items", items),
        "%s: vectors of %s and %s"
            .formatted(to, Amount.of(users, "user"), Amount.of(items, "item")));
  }
}
