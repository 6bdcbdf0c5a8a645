package dev.twotower.spark.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.eval.falsenegatives.EpochShare;
import dev.twotower.eval.falsenegatives.FalseNegativeMeter;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.masking.MaskSet;
import dev.twotower.spark.job.Jobs;
import dev.twotower.trainer.command.Action;
import dev.twotower.trainer.command.Answer;
import dev.twotower.trainer.command.Console;
import dev.twotower.trainer.command.text.DiagnosisText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures false negatives of the whole log's batches, each task a share of them. */
@Command(
    name = "diagnose",
    description = {
      "Measures false negatives for every combination of layout, batch size and masks.",
      "The batches are those of the whole log, as on one machine; each task counts a share of"
          + " them.",
      "By default: layouts iid and sorted, batches of 512 rows, mask identity."
    },
    footer = {
      "  twotower-spark diagnose --data data/parts --layout iid,sorted --batch-size 512,4096",
      "  twotower-spark diagnose --data data/parts --layout sorted --max-batches 2000 --json"
    })
public final class DiagnoseCommand extends Action {
  @Mixin private PartsOption data;

  @Option(
      names = "--layout",
      order = 2,
      split = ",",
      paramLabel = "LAYOUT",
      defaultValue = "iid,sorted",
      description = "iid, sorted, requests:G or requests:G:P.")
  private List<Layout> layouts;

  @Option(
      names = "--batch-size",
      order = 3,
      split = ",",
      paramLabel = "B",
      defaultValue = "512",
      description = "Rows per batch.")
  private List<Integer> batchSizes;

  @Option(
      names = "--mask",
      order = 4,
      split = ",",
      paramLabel = "MASK[+MASK..]",
      defaultValue = "identity",
      description = "identity, user, engaged, context:COLUMN, none; joined by +.")
  private List<MaskSet> masks;

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
    data.open();
    try (Dataset whole = Dataset.open(data.path())) {
      Interactions train = whole.interactions(Split.TRAIN);
      check(train);
      LogShape shape = LogShape.of(train);
      List<DiagnosisText.Entry> entries = new ArrayList<>();
      try (Jobs jobs = Jobs.start(console, "diagnose")) {
        int shares = 2 * jobs.slots();
        for (Layout layout : layouts) {
          for (int batchSize : batchSizes) {
            for (MaskSet mask : masks) {
              List<EpochShare> counted =
                  jobs.each(
                      "count layout " + layout + ", B=" + batchSize + ", masks " + mask,
                      shares,
                      work(layout, batchSize, mask, shares));
              entries.add(
                  DiagnosisText.Entry.of(EpochShare.join(layout, batchSize, mask, counted), shape));
            }
          }
        }
      }
      return new Answer(entries, DiagnosisText.of(entries, shape, verbose()));
    }
  }

  private Jobs.PartWork<EpochShare> work(Layout layout, int batchSize, MaskSet mask, int shares) {
    String directory = data.path().toString();
    String layoutText = layout.toString();
    String maskText = mask.toString();
    long from = seed;
    int most = maxBatches;
    return share -> {
      Dataset whole = Dataset.open(Path.of(directory));
      return new FalseNegativeMeter(whole.interactions(Split.TRAIN), whole.items())
          .share(
              Layout.parse(layoutText),
              batchSize,
              MaskSet.parse(maskText),
              from,
              most,
              share,
              shares);
    };
  }

  /** Refuses what does not fit the data before the first job starts. */
  private void check(Interactions train) {
    for (int batchSize : batchSizes) {
      if (batchSize < 2 || batchSize > train.rows()) {
        throw new IllegalArgumentException(
            "--batch-size: received %d; allowed: 2 to %d, the rows of the training split"
                .formatted(batchSize, train.rows()));
      }
    }
    masks.forEach(mask -> new BatchReader(train, mask));
  }
}
