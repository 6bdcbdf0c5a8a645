package dev.twotower.trainer.command.text;

import dev.twotower.eval.falsenegatives.Recipe;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code train} would choose for a log and a size of batches.
 *
 * @param recipe with the ranking that was asked for, or else that the log speaks for
 * @param rankSeen whether that ranking has seen items in it
 * @param otherwise where nothing was asked for and the log speaks for seen items: what {@code
 *     train} would choose without a word
 */
public record AdvisedRecipe(Recipe recipe, boolean rankSeen, Optional<Otherwise> otherwise) {
  /**
   * The recipe without seen items in the ranking.
   *
   * @param why how many rows repeat an item, and what that means
   */
  public record Otherwise(Recipe recipe, String why) {}

  /** One recipe, or two. */
  public Stream<Recipe> all() {
    return Stream.concat(Stream.of(recipe), otherwise.stream().map(Otherwise::recipe));
  }

  /** Whether a recipe's ranking has seen items in it; empty where it is not one of these. */
  Optional<Boolean> rankSeen(Recipe asked) {
    if (asked.equals(recipe)) {
      return Optional.of(rankSeen);
    }
    return otherwise.filter(each -> asked.equals(each.recipe())).map(each -> false);
  }
}
