package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.eval.falsenegatives.Recipe;
import dev.twotower.masking.MaskSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The batches whose false negatives are counted, and how many of them. */
public final class DiagnosisOptions {
  private static final MaskSet IDENTITY = MaskSet.parse("identity");

  private static final List<AskedLayout> BY_DEFAULT =
      List.of(AskedLayout.of(Layout.IID), AskedLayout.of(Layout.SORTED), AskedLayout.RECIPE);

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

  /**
   * What is to be measured.
   *
   * @param settings every combination of layout, batch size and masks
   * @param recipes what {@code train} would choose for the log, for each size of batches
   */
  public record Plan(List<Setting> settings, List<Recipe> recipes) {}

  /**
   * Every combination of layout, batch size and masks; where no layout is asked for, of shuffled
   * and sorted rows and the recipe, which has its own masks unless others are asked for.
   *
   * @param shape of the training rows
   * @param items size of the catalogue
   * @throws IllegalArgumentException when one does not fit the training rows
   */
  public Plan plan(Interactions train, LogShape shape, int items) {
    List<Integer> batchSizes = batches.batchSizes(Recipe.batchSize(train.rows()));
    for (int batchSize : batchSizes) {
      if (batchSize < 2 || batchSize > train.rows()) {
        throw new IllegalArgumentException(
            "--batch-size: received %d; allowed: 2 to %d, the rows of the training split"
                .formatted(batchSize, train.rows()));
      }
    }
    List<Recipe> recipes =
        batchSizes.stream()
            .distinct()
            .map(size -> Recipe.inBatchesOf(size, shape.typicalUserRows(), items, rankSeen))
            .toList();
    Set<Setting> settings = new LinkedHashSet<>();
    for (AskedLayout layout : batches.layouts(() -> BY_DEFAULT)) {
      for (Recipe recipe : recipes) {
        boolean own = layout.equals(AskedLayout.RECIPE);
        for (MaskSet mask : batches.masks(own ? recipe.masks() : IDENTITY)) {
          settings.add(new Setting(layout.or(recipe::layout), recipe.batchSize(), mask));
        }
      }
    }
    settings.stream().map(Setting::masks).distinct().forEach(mask -> new BatchReader(train, mask));
    return new Plan(List.copyOf(settings), recipes);
  }

  public int maxBatches() {
    return maxBatches;
  }

  public long seed() {
    return seed;
  }
}
