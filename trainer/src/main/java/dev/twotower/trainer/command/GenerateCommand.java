package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.generate.GenerateRequest;
import dev.twotower.data.generate.Generator;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "generate",
    description = {
      "Writes a synthetic log with users, requests, items and a category tree.",
      "Heavy-tailed and seeded: the same options give the same bytes. Taste follows the tree and"
          + " can be learned."
    },
    footer = {
      "  twotower generate --to logs/synthetic",
      "  twotower generate --to logs/large --users 100000 --items 50000 --rows 5000000 --seed 7",
      "  twotower generate --to logs/flat --tree 12,5 --popularity-tail 0 --taste 0.5"
    })
final class GenerateCommand extends Action {
  @Option(
      names = {"--to", "--out"},
      required = true,
      order = 1,
      paramLabel = "DIR",
      description = "The data set to make; must not exist.")
  private Path to;

  @Option(
      names = "--users",
      order = 2,
      paramLabel = "N",
      defaultValue = "2000",
      description = "Users, 2 to 100000000.")
  private int users;

  @Option(
      names = "--items",
      order = 3,
      paramLabel = "N",
      defaultValue = "2000",
      description = "Items, 20 to 100000000.")
  private int items;

  @Option(
      names = "--rows",
      order = 4,
      paramLabel = "N",
      defaultValue = "150000",
      description = "Rows over all splits; from 3 per user to a quarter of the items per user.")
  private long rows;

  @Option(
      names = "--seed",
      order = 5,
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of everything that is drawn.")
  private long seed;

  @Option(
      names = "--tree",
      order = 6,
      split = ",",
      paramLabel = "N",
      description =
          "Mean children of a category, level by level: 12,5 gives 12 departments of about 5"
              + " categories. By default three levels with about ten items per leaf.")
  private List<Integer> tree;

  @Option(
      names = "--request-rows",
      order = 7,
      paramLabel = "X",
      defaultValue = "8",
      description = "Mean rows per request, 1 to 10000.")
  private double requestRows;

  @Option(
      names = "--activity-tail",
      order = 8,
      paramLabel = "X",
      defaultValue = "0.8",
      description = "Spread of rows per user, 0 to 3: standard deviation of their logarithm.")
  private double activityTail;

  @Option(
      names = "--request-tail",
      order = 9,
      paramLabel = "X",
      defaultValue = "0.7",
      description = "Spread of rows per request, 0 to 3, likewise.")
  private double requestTail;

  @Option(
      names = "--popularity-tail",
      order = 10,
      paramLabel = "X",
      defaultValue = "0.9",
      description = "Zipf exponent of item quality, 0 to 3.")
  private double popularityTail;

  @Option(
      names = "--taste",
      order = 11,
      paramLabel = "X",
      defaultValue = "0.8",
      description = "Share of rows that follow taste rather than popularity, 0 to 1.")
  private double taste;

  @Option(
      names = "--days",
      order = 12,
      paramLabel = "N",
      defaultValue = "90",
      description = "Days that the log spans, 1 to 36500.")
  private int days;

  @Option(
      names = "--split",
      order = 13,
      paramLabel = "RULE",
      defaultValue = "leave-last-out",
      description =
          "What of each user is held out: leave-last-out (rows) or leave-last-request-out.")
  private GenerateRequest.HeldOut heldOut;

  @Override
  protected Answer answer(Console console) {
    GenerateRequest request =
        new GenerateRequest(
            users,
            items,
            rows,
            seed,
            tree == null ? GenerateRequest.defaultTree(items) : tree,
            requestRows,
            activityTail,
            requestTail,
            popularityTail,
            taste,
            days,
            heldOut);
    try (Progress progress = console.progress("generate", "rows", rows)) {
      Manifest manifest = Generator.generate(request, to, done -> progress.at(done, ""));
      return new Answer(manifest, DatasetSummary.text(to, manifest));
    }
  }
}
