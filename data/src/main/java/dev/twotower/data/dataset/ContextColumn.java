package dev.twotower.data.dataset;

/**
 * A column of interactions beyond user, item, request, time and weight, for {@code context:COLUMN}
 * masks.
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
}
