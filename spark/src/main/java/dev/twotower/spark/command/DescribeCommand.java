package dev.twotower.spark.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.describe.Description;
import dev.twotower.trainer.command.Action;
import dev.twotower.trainer.command.Answer;
import dev.twotower.trainer.command.Console;
import dev.twotower.trainer.command.EventsOption;
import dev.twotower.trainer.command.KindsNote;
import dev.twotower.trainer.command.text.DescriptionText;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Describes all parts as one log; one pass over their rows, on the driver. */
@Command(
    name = "describe",
    description = {
      "Shows counts, sparsity, rows per user and request, the shape of the tree, and expected"
          + " false-negative rates.",
      "All parts are seen as one log; one pass over their rows, on the driver."
    },
    footer = {
      "  twotower-spark describe --data logs/parts",
      "  twotower-spark describe --data logs/parts --batch-size 512,8192 --json",
      "  twotower-spark describe --data logs/parts --events purchase=1,cart=1,impression=shown"
    })
public final class DescribeCommand extends Action {
  @Mixin private PartsOption data;

  @Mixin private EventsOption events;

  @Option(
      names = "--batch-size",
      order = 2,
      split = ",",
      paramLabel = "B",
      defaultValue = "256,1024,4096",
      description = "Batch sizes to expect rates for; sizes larger than the data are left out.")
  private List<Integer> batchSizes;

  @Override
  protected Answer answer(Console console) {
    data.open();
    try (Dataset whole = events.read(Dataset.open(data.path()))) {
      KindsNote.of(whole).ifPresent(console::tell);
      Description description = Description.of(whole, batchSizes);
      return new Answer(description, DescriptionText.of(description));
    }
  }
}
