package dev.twotower.masking;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.function.IntConsumer;

/** The items each user engaged with in the training split. */
@FunctionalInterface
public interface EngagedItems {
  /**
   * Visits every item of the user, in any order, once for each time the user engaged with it; where
   * only the set of items matters, visiting each once is enough.
   */
  void forEach(int user, IntConsumer visitor);

  /** Appends to a list what {@link #forEach} visits; quicker where items lie one after another. */
  default void appendTo(IntArrayList items, int user) {
    forEach(user, items::add);
  }

  /** Nobody engaged with anything. */
  static EngagedItems none() {
    return (user, visitor) -> {};
  }
}
