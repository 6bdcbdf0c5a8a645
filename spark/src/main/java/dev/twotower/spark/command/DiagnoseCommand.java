package dev.twotower.spark.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.falsenegatives.EpochShare;
import dev.twotower.eval.falsenegatives.FalseNegativeMeter;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.masking.MaskSet;
import dev.twotower.spark.job.Jobs;
import dev.twotower.trainer.command.Action;
import dev.twotower.trainer.command.Answer;
import dev.twotower.trainer.command.Console;
import dev.twotower.trainer.command.DiagnosisOptions;
import dev.twotower.trainer.command.EventsOption;
import dev.twotower.trainer.command.KindsNote;
import dev.twotower.trainer.command.text.DiagnosisText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures false negatives of the whole log's batches, each task a share of them. */
@Command(
    name = "diagnose",
    description = {
      "Measures false negatives for every combination of layout, batch size and masks.",
      "The batches are those of the whole log, as on one machine; each task counts a share of"
          + " them.",
      "By default: shuffled and sorted rows with the mask identity, and the recipe, which is the"
          + " layout and masks that train would choose, in batches of the size that it would"
          + " choose."
    },
    footer = {
      "  twotower-spark diagnose --data logs/parts --layout iid,sorted --batch-size 512,4096",
      "  twotower-spark diagnose --data logs/parts --layout sorted --max-batches 2000 --json"
    })
public final class DiagnoseCommand extends Action {
  @Mixin private PartsOption data;

  @Mixin private DiagnosisOptions options;

  @Mixin private EventsOption events;

  @Override
  protected Answer answer(Console console) {
    data.open();
    try (Dataset whole = events.read(Dataset.open(data.path()))) {
      KindsNote.of(whole).ifPresent(console::tell);
      LogShape shape = LogShape.of(whole.interactions(Split.TRAIN));
      DiagnosisOptions.Plan plan = options.plan(whole, shape);
      List<DiagnosisOptions.Setting> settings = plan.settings();
      List<DiagnosisText.Entry> entries = new ArrayList<>();
      try (Jobs jobs = Jobs.start(console, "diagnose")) {
        int shares = 2 * jobs.slots();
        for (DiagnosisOptions.Setting each : settings) {
          List<EpochShare> counted = jobs.each("count " + each, shares, work(each, shares));
          entries.add(
              DiagnosisText.Entry.of(
                  EpochShare.join(each.layout(), each.batchSize(), each.masks(), counted),
                  shape,
                  plan.recipes()));
        }
      }
      return new Answer(entries, DiagnosisText.of(entries, shape, plan.recipes(), verbose()));
    }
  }

  private Jobs.PartWork<EpochShare> work(DiagnosisOptions.Setting setting, int shares) {
    String directory = data.path().toString();
    String layout = setting.layout().toString();
    int batchSize = setting.batchSize();
    String masks = setting.masks().toString();
    long seed = options.seed();
    int most = options.maxBatches();
    Feedback uses = events.feedback();
    return share -> {
      Dataset whole = Dataset.open(Path.of(directory)).reading(uses);
      return new FalseNegativeMeter(whole.interactions(Split.TRAIN), whole.items(), 1)
          .share(Layout.parse(layout), batchSize, MaskSet.parse(masks), seed, most, share, shares);
    };
  }
}
