package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Amount;
import dev.twotower.eval.falsenegatives.FalseNegativeMeter;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.trainer.command.text.DiagnosisText;
import dev.twotower.trainer.command.text.TextTable;
import dev.twotower.trainer.device.Devices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "diagnose",
    description = {
      "Measures false negatives for every combination of layout, batch size and masks.",
      "A false negative is an in-batch negative that the anchor's user engaged with in the training"
          + " split.",
      "By default: shuffled and sorted rows with the mask identity, and the recipe, which is the"
          + " layout and masks that train would choose, in batches of the size that it would"
          + " choose."
    },
    footer = {
      "  twotower diagnose --data logs/mine --layout iid,sorted --batch-size 512,4096",
      "  twotower diagnose --data logs/mine --layout sorted,requests:400 --mask"
          + " identity,identity+user --json",
      "  twotower diagnose --data logs/mine --html diagnosis.html"
    })
final class DiagnoseCommand extends Action {
  @Mixin private DataOption data;

  @Mixin private DiagnosisOptions options;

  @Mixin private EventsOption events;

  @Mixin private PageOption page;

  @Option(
      names = "--threads",
      order = 8,
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads that count; 0: one per core.")
  private int threads;

  @Override
  protected Answer answer(Console console) throws IOException {
    page.check();
    try (Dataset dataset = events.read(data.open())) {
      KindsNote.of(dataset).ifPresent(console::tell);
      Interactions train = dataset.interactions(Split.TRAIN);
      LogShape shape = LogShape.of(train);
      DiagnosisOptions.Plan plan = options.plan(dataset, shape);
      List<DiagnosisOptions.Setting> settings = plan.settings();
      FalseNegativeMeter meter =
          new FalseNegativeMeter(train, dataset.items(), Devices.threads(threads));
      List<DiagnosisText.Entry> entries = new ArrayList<>();
      try (Progress progress = console.progress("diagnose", "settings", settings.size())) {
        for (DiagnosisOptions.Setting each : settings) {
          progress.at(entries.size(), each.toString());
          FalseNegatives measured =
              meter.measure(
                  each.layout(),
                  each.batchSize(),
                  each.masks(),
                  options.seed(),
                  options.maxBatches());
          entries.add(DiagnosisText.Entry.of(measured, shape, plan.recipes()));
        }
        progress.at(settings.size(), "");
      }
      page.write(
          () ->
              DiagnosisText.page(
                  entries,
                  shape,
                  plan.recipes(),
                  data.directory().toAbsolutePath().normalize().getFileName().toString(),
                  "%s training rows; %s; seed %d."
                      .formatted(TextTable.count(train.rows()), batches(), options.seed())));
      return new Answer(
          entries, DiagnosisText.of(entries, shape, plan.recipes(), verbose()) + page.told());
    }
  }

  private String batches() {
    return options.maxBatches() == 0
        ? "every batch of an epoch"
        : "a sample of %s of each setting"
            .formatted(Amount.of(options.maxBatches(), "batch", "batches"));
  }
}
