package dev.twotower.trainer.compare;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * Values of one setting that every arm may choose from on validation: the same tuning budget for
 * all.
 *
 * @param key the setting, such as {@code optimizer.tableLearningRate}
 * @param values what it may be
 */
public record Grid(String key, List<String> values) {
  public Grid {
    values = List.copyOf(values);
    if (key.isBlank() || values.size() < 2) {
      throw new IllegalArgumentException(
          "%s=%s has fewer than two values; allowed: key=value,value,.."
              .formatted(key, String.join(",", values)));
    }
    if (values.contains("") || new HashSet<>(values).size() < values.size()) {
      throw new IllegalArgumentException(
          "%s=%s has %s; allowed: key=value,value,.. with each value once"
              .formatted(
                  key,
                  String.join(",", values),
                  values.contains("") ? "an empty value" : "a value twice"));
    }
  }

  /** Commas in brackets belong to a value. */
  private static final String BETWEEN_VALUES = ",(?![^\\[]*\\])";

  /** Reads {@code key=value,value,..}. */
  public static Grid parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(
          "grid '"
              + text
              + "' is not key=value,value,..; for example optimizer.tableLearningRate=0.03,0.1,0.3");
    }
    return new Grid(
        text.substring(0, equals),
        Arrays.asList(text.substring(equals + 1).split(BETWEEN_VALUES, -1)));
  }

  /** Every combination of one value of each grid, the last grid's values running fastest. */
  static List<List<String>> combinations(List<Grid> grids) {
    List<List<String>> combinations = List.of(List.of());
    for (Grid grid : grids) {
      combinations =
          combinations.stream()
              .flatMap(
                  chosen ->
                      grid.values().stream()
                          .map(
                              value ->
                                  Stream.concat(
                                          chosen.stream(), Stream.of(grid.key() + "=" + value))
                                      .toList()))
              .toList();
    }
    return combinations;
  }

  /**
   * Whether a value is the least or the greatest, which only numbers have; 0 is an end, not an
   * edge.
   */
  boolean isEdge(String value) {
    try {
      DoubleSummaryStatistics range =
          values.stream().mapToDouble(Double::parseDouble).summaryStatistics();
      double number = Double.parseDouble(value);
      // Two values have no middle: which of them is chosen says nothing about what lies beyond.
      return values.size() > 2
          && number != 0
          && (number == range.getMin() || number == range.getMax());
    } catch (NumberFormatException words) {
      return false;
    }
  }

  /** All grids in a line. */
  static String text(List<Grid> grids) {
    return String.join(" ", grids.stream().map(Grid::toString).toList());
  }

  @Override
  public String toString() {
    return key + "=" + String.join(",", values);
  }
}
