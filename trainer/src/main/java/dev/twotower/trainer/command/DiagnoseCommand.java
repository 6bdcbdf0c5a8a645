package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.eval.falsenegatives.FalseNegativeMeter;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.command.text.DiagnosisText;
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
      "By default: layouts iid and sorted, batches of 512 rows, mask identity."
    },
    footer = {
      "  twotower diagnose --data data/mine --layout iid,sorted --batch-size 512,4096",
      "  twotower diagnose --data data/mine --layout sorted,requests:400 --mask"
          + " identity,identity+user --json"
    })
final class DiagnoseCommand extends Action {
  @Mixin private DataOption data;

  @Mixin private BatchOptions batches;

  @Option(
      names = "--max-batches",
      order = 5,
      paramLabel = "N",
      defaultValue = "0",
      description = "Measure a sample of N batches, with an interval; 0: the whole epoch.")
  private int maxBatches;

  @Option(names = "--seed", order = 6, paramLabel = "N", defaultValue = "1", description = "Seed.")
  private long seed;

  @Override
  protected Answer answer(Console console) {
    List<Layout> layouts = batches.layouts(() -> List.of(Layout.IID, Layout.SORTED));
    List<Integer> batchSizes = batches.batchSizes(512);
    List<MaskSet> masks = batches.masks(MaskSet.parse("identity"));
    try (Dataset dataset = data.open()) {
      Interactions train = dataset.interactions(Split.TRAIN);
      check(train, batchSizes, masks);
      LogShape shape = LogShape.of(train);
      FalseNegativeMeter meter = new FalseNegativeMeter(train, dataset.items());
      List<DiagnosisText.Entry> entries = new ArrayList<>();
      int total = layouts.size() * batchSizes.size() * masks.size();
      try (Progress progress = console.progress("diagnose", "settings", total)) {
        for (Layout layout : layouts) {
          for (int batchSize : batchSizes) {
            for (MaskSet mask : masks) {
              progress.at(entries.size(), layout + ", B=" + batchSize + ", " + mask);
              FalseNegatives measured = meter.measure(layout, batchSize, mask, seed, maxBatches);
              entries.add(DiagnosisText.Entry.of(measured, shape));
            }
          }
        }
        progress.at(total, "");
      }
      return new Answer(entries, DiagnosisText.of(entries, shape, verbose()));
    }
  }

  /** Refuses what does not fit the data before the first measurement starts. */
  private static void check(Interactions train, List<Integer> batchSizes, List<MaskSet> masks) {
    for (int batchSize : batchSizes) {
      if (batchSize < 2 || batchSize > train.rows()) {
        throw new IllegalArgumentException(
            "--batch-size: received "
                + batchSize
                + "; allowed: 2 to "
                + train.rows()
                + ", the rows of the training split");
      }
    }
    masks.forEach(mask -> new BatchReader(train, mask));
  }
}
