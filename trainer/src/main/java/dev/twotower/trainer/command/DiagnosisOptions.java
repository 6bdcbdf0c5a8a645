package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.eval.falsenegatives.Recipe;
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

  @Option(
      names = "--rank-seen",
      negatable = true,
      order = 7,
      description =
          "Whether evaluation is to rank items that users had before, which decides the recipe's"
              + " mask; as evaluation.rankSeen by default not.")
  private boolean rankSeen;

  /** One way to make batches. */
  public record Setting(Layout layout, int batchSize, MaskSet masks) {
    @Override
    public String toString() {
      return layout + ", B=" + batchSize + ", " + masks;
    }
  }

  /** What {@code train} would choose for the log. */
  public Recipe recipe(Interactions train, LogShape shape, int items) {
    return Recipe.of(train.rows(), shape.typicalUserRows(), items, rankSeen);
  }

  /**
   * Every combination of layout, batch size and masks; where none is asked for, the recipe as well.
   *
   * @throws IllegalArgumentException when one does not fit the training rows
   */
  public List<Setting> settings(Interactions train, Recipe recipe) {
    List<Integer> batchSizes = batches.batchSizes(recipe.batchSize());
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
    if (batches.none()) {
      settings.add(new Setting(recipe.layout(), recipe.batchSize(), recipe.masks()));
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
