package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.masking.MaskSet;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The batches whose false negatives are counted, and how many of them. */
public final class DiagnosisOptions {
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

  /** One way to make batches. */
  public record Setting(Layout layout, int batchSize, MaskSet masks) {
    @Override
    public String toString() {
      return layout + ", B=" + batchSize + ", " + masks;
    }
  }

  /**
   * Every combination of layout, batch size and masks.
   *
   * @throws IllegalArgumentException when one does not fit the training rows
   */
  public List<Setting> settings(Interactions train) {
    List<Integer> batchSizes = batches.batchSizes(512);
    List<MaskSet> masks = batches.masks(MaskSet.parse("identity"));
    for (int batchSize : batchSizes) {
      if (batchSize < 2 || batchSize > train.rows()) {
        throw new IllegalArgumentException(
            "--batch-size: received %d; allowed: 2 to %d, the rows of the training split"
                .formatted(batchSize, train.rows()));
      }
    }
    masks.forEach(mask -> new BatchReader(train, mask));
    List<Setting> settings = new ArrayList<>();
    for (Layout layout : batches.layouts(() -> List.of(Layout.IID, Layout.SORTED))) {
      for (int batchSize : batchSizes) {
        masks.forEach(mask -> settings.add(new Setting(layout, batchSize, mask)));
      }
    }
    return settings;
  }

  public int maxBatches() {
    return maxBatches;
  }

  public long seed() {
    return seed;
  }
}
