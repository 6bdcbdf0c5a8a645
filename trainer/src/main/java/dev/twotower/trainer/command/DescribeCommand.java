package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.describe.Description;
import dev.twotower.trainer.command.text.DescriptionText;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "describe",
    description = {
      "Shows counts, sparsity, rows per user and request, the shape of the tree, and expected"
          + " false-negative rates.",
      "The rates are computed from counts; 'diagnose' measures them."
    },
    footer = {
      "  twotower describe --data logs/mine",
      "  twotower describe --data logs/mine --batch-size 512,8192 --json",
      "  twotower describe --data logs/shop --events purchase=1,cart=1,impression=shown"
    })
final class DescribeCommand extends Action {
  @Mixin private DataOption data;

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
    try (Dataset dataset = events.read(data.open());
        Progress progress =
            console.progress("describe", "passes", Description.passes(batchSizes))) {
      KindsNote.of(dataset).ifPresent(console::tell);
      Description description =
          Description.of(dataset, batchSizes, read -> progress.at(read, ""), Clock.systemUTC());
      return new Answer(description, DescriptionText.of(description));
    }
  }
}
