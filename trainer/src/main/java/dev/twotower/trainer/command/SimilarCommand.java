package dev.twotower.trainer.command;

import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.lists.ListSummary;
import dev.twotower.trainer.serving.lists.ListWriter;
import dev.twotower.trainer.serving.lists.NamedIds;
import dev.twotower.trainer.serving.recommend.SimilarItems;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "similar",
    description = {
      "Shows the items nearest to an item, by name, or writes those of all items to a file.",
      "Nearest is by the cosine of the items' vectors. Items about which nothing is known have no"
          + " neighbours and are none."
    },
    footer = {
      "  twotower similar --run runs/one --item 85123A",
      "  twotower similar --run runs/one --item 85123A -k 30 --max-per category.2=5",
      "  twotower similar --run runs/one --all --to similar.parquet -k 20"
    })
final class SimilarCommand extends Action {
  @Mixin private RunOption run;

  @ArgGroup(multiplicity = "1")
  private Which which;

  /** One of the two. */
  static final class Which {
    @Option(
        names = "--item",
        order = 2,
        paramLabel = "ID",
        showDefaultValue = Visibility.NEVER,
        description = "An item's id in the log.")
    private String item;

    @Option(
        names = "--all",
        order = 3,
        showDefaultValue = Visibility.NEVER,
        description = "All items; with --to.")
    @SuppressWarnings("UnusedVariable") // That it is given chooses against an item.
    private boolean all;
  }

  @Mixin private ListOptions lists;

  @Override
  protected Answer answer(Console console) throws IOException {
    lists.requireFile(which.item == null, "--item");
    try (TrainedRun loaded = run.open(console)) {
      lists.tellOfAll(loaded.data(), console);
      if (which.item != null) {
        SimilarItems found =
            SimilarItems.of(
                loaded,
                which.item,
                lists.k(),
                lists.choice(loaded.data()),
                lists.limit(loaded.data()));
        return new Answer(found, text(found));
      }
      NamedIds items = NamedIds.all(loaded.data().itemTable());
      try (Progress progress = console.progress("similar", "items", items.numbers().length)) {
        ListSummary written =
            ListWriter.similar(
                loaded, items.numbers(), lists.request(loaded.data(), items, progress, console));
        return ListOptions.answer(written, "item");
      }
    }
  }

  @Override
  protected String afterWriteFailure() {
    return ListOptions.AFTER_WRITE_FAILURE;
  }

  private static String text(SimilarItems found) {
    StringBuilder text =
        new StringBuilder("nearest to " + RecommendCommand.label(found.item(), found.name()) + ":");
    for (SimilarItems.Near near : found.items()) {
      text.append(System.lineSeparator())
          .append(
              String.format(
                  Locale.ROOT,
                  "%5d  %.4f  %s",
                  near.rank(),
                  near.score(),
                  RecommendCommand.label(near.item(), near.name())));
    }
    return text.toString();
  }
}
