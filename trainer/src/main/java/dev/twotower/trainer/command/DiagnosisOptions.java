package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.guard.SplitLeakage;
import dev.twotower.data.message.Amount;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.eval.falsenegatives.Recipe;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.command.text.AdvisedRecipe;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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

  @Option(
      names = "--seed",
      order = 6,
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the order of rows and of the sample.")
  private long seed;

  @Option(
      names = "--rank-seen",
      negatable = true,
      order = 7,
      description =
          "Whether evaluation is to rank items that users had before, which decides the recipe's"
              + " mask. By default not, as evaluation.rankSeen; where so many rows repeat an item"
              + " that the log speaks for it, both recipes are measured.")
  private Optional<Boolean> rankSeen = Optional.empty();

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
  public record Plan(List<Setting> settings, List<AdvisedRecipe> recipes) {}

  /**
   * Every combination of layout, batch size and masks; where no layout is asked for, of shuffled
   * and sorted rows and the recipe, which has its own masks unless others are asked for.
   *
   * @param shape of the training rows
   * @throws IllegalArgumentException when there are too few training rows, or one does not fit them
   */
  public Plan plan(Dataset dataset, LogShape shape) {
    Interactions train = dataset.interactions(Split.TRAIN);
    if (train.rows() < 2) {
      throw new IllegalArgumentException(
          "the training split has %s; allowed: 2 and up, since a batch of fewer has no negatives; import more rows, or with another --split"
              .formatted(Amount.of(train.rows(), "row")));
    }
    List<Integer> batchSizes = batches.batchSizes(Recipe.batchSize(train.rows()));
    for (int batchSize : batchSizes) {
      if (batchSize < 2 || batchSize > train.rows()) {
        throw new IllegalArgumentException(
            "--batch-size: received %d; allowed: 2 to %d, the rows of the training split"
                .formatted(batchSize, train.rows()));
      }
    }
    List<AdvisedRecipe> recipes =
        batchSizes.stream().distinct().map(size -> recipe(dataset, shape, size)).toList();
    Set<Setting> settings = new LinkedHashSet<>();
    for (AskedLayout layout : batches.layouts(() -> BY_DEFAULT)) {
      for (Recipe recipe : recipes.stream().flatMap(AdvisedRecipe::all).toList()) {
        boolean own = layout.equals(AskedLayout.RECIPE);
        for (MaskSet mask : batches.masks(own ? recipe.masks() : IDENTITY)) {
          settings.add(new Setting(layout.or(recipe::layout), recipe.batchSize(), mask));
        }
      }
    }
    settings.stream().map(Setting::masks).distinct().forEach(mask -> new BatchReader(train, mask));
    return new Plan(List.copyOf(settings), recipes);
  }

  private AdvisedRecipe recipe(Dataset dataset, LogShape shape, int size) {
    double userRows = shape.typicalUserRows();
    Recipe unseen = Recipe.inBatchesOf(size, userRows, dataset.items(), false);
    Recipe seen = Recipe.inBatchesOf(size, userRows, dataset.items(), true);
    if (rankSeen.isPresent() || seen.equals(unseen)) {
      boolean asked = rankSeen.orElse(false);
      return new AdvisedRecipe(asked ? seen : unseen, asked, Optional.empty());
    }
    SplitLeakage test = SplitLeakage.of(dataset, Split.TEST);
    return test.returning()
        ? new AdvisedRecipe(
            unseen, false, Optional.of(new AdvisedRecipe.WithSeen(seen, test.repeats())))
        : new AdvisedRecipe(unseen, false, Optional.empty());
  }

  public int maxBatches() {
    return maxBatches;
  }

  public long seed() {
    return seed;
  }
}
