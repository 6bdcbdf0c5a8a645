package dev.twotower.trainer.command.text;

import dev.twotower.eval.falsenegatives.Recipe;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code train} would choose for a log and a size of batches.
 *
 * @param recipe with the ranking that was asked for, or else the one that {@code train} has without
 *     a word
 * @param rankSeen whether that ranking has seen items in it
 * @param withSeen where nothing was asked for and the log speaks for seen items: what {@code train}
 *     would choose if it were told to rank them
 */
public record AdvisedRecipe(Recipe recipe, boolean rankSeen, Optional<WithSeen> withSeen) {
  /**
   * The recipe with seen items in the ranking.
   *
   * @param why how many rows repeat an item, and what that means
   */
  public record WithSeen(Recipe recipe, String why) {}

  /** One recipe, or two, that of {@code train} without a word first. */
  public Stream<Recipe> all() {
    return Stream.concat(Stream.of(recipe), withSeen.stream().map(WithSeen::recipe));
  }

  /** Whether a recipe's ranking has seen items in it; empty where it is not one of these. */
  Optional<Boolean> rankSeen(Recipe asked) {
    if (asked.equals(recipe)) {
      return Optional.of(rankSeen);
    }
    return withSeen.filter(each -> asked.equals(each.recipe())).map(each -> true);
  }
}
