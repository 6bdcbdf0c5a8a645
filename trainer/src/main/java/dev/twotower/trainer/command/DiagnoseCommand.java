package dev.twotower.trainer.command;

import static dev.twotower.trainer.command.TextTable.percent;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.eval.falsenegatives.Conclusion;
import dev.twotower.eval.falsenegatives.Diagnosis;
import dev.twotower.eval.falsenegatives.FalseNegativeMeter;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.masking.MaskSet;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "diagnose",
    description = {
      "Measures false negatives for every combination of layout, batch size and masks.",
      "A false negative is an in-batch negative that the anchor's user engaged with in the training split."
    },
    footer = {
      "  twotower diagnose --data data/mine --layout iid,sorted --batch-size 512,4096",
      "  twotower diagnose --data data/mine --layout sorted,requests:400 --mask identity,identity+user --json"
    })
final class DiagnoseCommand extends Action {
  @Mixin private DataOption data;

  @Option(
      names = "--layout",
      order = 2,
      split = ",",
      paramLabel = "L",
      defaultValue = "iid,sorted",
      description = "Orders in which rows are read: iid, sorted, requests:G, requests:G:P.")
  private List<Layout> layouts;

  @Option(
      names = "--batch-size",
      order = 3,
      split = ",",
      paramLabel = "B",
      defaultValue = "512",
      description = "Rows a batch, from 2.")
  private List<Integer> batchSizes;

  @Option(
      names = "--mask",
      order = 4,
      split = ",",
      paramLabel = "M",
      defaultValue = "identity",
      description =
          "Masks joined by '+': identity, user, context:COLUMN[/WIDTH] (a missing value agrees with nothing), engaged; or none.")
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

  /** One entry of the document. */
  record Entry(@JsonUnwrapped FalseNegatives measured, String conclusion) {}

  @Override
  Answer answer(Console console) {
    try (Dataset dataset = data.open()) {
      Interactions train = dataset.interactions(Split.TRAIN);
      check(train);
      LogShape shape = LogShape.of(train);
      FalseNegativeMeter meter = new FalseNegativeMeter(train, dataset.items());
      List<Entry> entries = new ArrayList<>();
      int total = layouts.size() * batchSizes.size() * masks.size();
      try (Progress progress = console.progress("diagnose", "settings", total)) {
        for (Layout layout : layouts) {
          for (int batchSize : batchSizes) {
            for (MaskSet mask : masks) {
              progress.at(entries.size(), layout + ", B=" + batchSize + ", " + mask);
              FalseNegatives measured = meter.measure(layout, batchSize, mask, seed, maxBatches);
              entries.add(new Entry(measured, Conclusion.of(measured, shape).sentence()));
            }
          }
        }
        progress.at(total, "");
      }
      return new Answer(entries, text(entries, shape));
    }
  }

  /** Refuses what does not fit the data before the first measurement starts. */
  private void check(Interactions train) {
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

  private String text(List<Entry> entries, LogShape shape) {
    TextTable table =
        new TextTable(
            "layout",
            "batch",
            "masks",
            "false",
            "same user",
            "collisions",
            "users",
            "effective",
            "valid negatives",
            "rows/request");
    for (Entry entry : entries) {
      FalseNegatives it = entry.measured();
      table.add(
          it.layout(),
          it.batchSize(),
          it.masks(),
          percent(it.falseNegativeRate()),
          percent(it.sameUserRate()),
          percent(it.collisionRate()),
          it.distinctUsers(),
          it.effectiveUsers(),
          it.validNegativesPerAnchor(),
          it.dedupRatio());
    }
    List<String> lines =
        new ArrayList<>(Diagnosis.lines(entries.stream().map(Entry::measured).toList(), shape));
    if (verbose()) {
      lines.add("");
      entries.stream().map(Entry::conclusion).distinct().forEach(lines::add);
    } else if (entries.size() > 1) {
      lines.add("Use --verbose for the conclusion of each combination.");
    }
    String end = System.lineSeparator();
    return table + end + end + String.join(end, lines);
  }
}
