package dev.twotower.trainer.command;

import dev.twotower.data.sampling.Layout;
import dev.twotower.trainer.compare.AskedArm;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A layout as it is asked for: by its name, or {@code recipe} for the one that {@code train} would
 * choose for the log and the size of batches.
 *
 * @param named empty for the recipe's
 */
record AskedLayout(Optional<Layout> named) {
  static final AskedLayout RECIPE = new AskedLayout(Optional.empty());

  static AskedLayout of(Layout layout) {
    return new AskedLayout(Optional.of(layout));
  }

  /**
   * Reads a layout.
   *
   * @throws IllegalArgumentException with the text received and what is allowed
   */
  static AskedLayout parse(String text) {
    if (text.strip().equals(AskedArm.RECIPE)) {
      return RECIPE;
    }
    try {
      return of(Layout.parse(text));
    } catch (IllegalArgumentException refused) {
      throw new IllegalArgumentException(refused.getMessage() + AskedArm.orRecipe(text), refused);
    }
  }

  Layout or(Supplier<Layout> recipe) {
    return named.orElseGet(recipe);
  }
}
