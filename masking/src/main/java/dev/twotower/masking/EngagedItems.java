package dev.twotower.masking;

import java.util.function.IntConsumer;

/** The items each user engaged with in the training split. */
@FunctionalInterface
public interface EngagedItems {
  /** Visits every item of the user, in any order; an item may be visited more than once. */
  void forEach(int user, IntConsumer visitor);

  /** Nobody engaged with anything. */
  static EngagedItems none() {
    return (user, visitor) -> {};
  }
}
