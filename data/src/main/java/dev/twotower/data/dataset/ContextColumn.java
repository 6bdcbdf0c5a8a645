package dev.twotower.data.dataset;

import java.util.Optional;

/**
 * A column of interactions beyond user, item, request, time and weight, for {@code context:COLUMN}
 * masks and, where it is a column of requests, for features {@code context.COLUMN}.
 */
public interface ContextColumn {
  String name();

  /** Whether the values are numbers, so that {@code context:COLUMN/WIDTH} windows make sense. */
  boolean numeric();

  /**
   * The value of a row: the number itself when {@link #numeric()}, otherwise the dictionary code,
   * exact as a double.
   */
  double value(long row);

  /**
   * The values behind each code where they are lists, such as the words of a query, with a
   * vocabulary of their own. Empty where a code stands for one value.
   */
  default Optional<ListedValues> lists() {
    return Optional.empty();
  }

  /**
   * Number of codes, 0 for a missing value included.
   *
   * @throws IllegalStateException where values are numbers, or the texts behind codes are not at
   *     hand
   */
  default int cardinality() {
    throw new IllegalStateException("context column '" + name() + "' has no texts here");
  }

  /**
   * The text behind a code; empty for code 0, a missing value.
   *
   * @throws IllegalStateException where values are numbers, or the texts behind codes are not at
   *     hand
   */
  default String text(int code) {
    throw new IllegalStateException("context column '" + name() + "' has no texts here");
  }
}
