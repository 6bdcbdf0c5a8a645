package dev.twotower.trainer.compare;

import java.util.Arrays;
import java.util.List;

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
          "grid '%s' has %d values; allowed: key=value,value,.. with at least two values"
              .formatted(key, values.size()));
    }
  }

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
        text.substring(0, equals), Arrays.asList(text.substring(equals + 1).split(",")));
  }

  List<String> settings() {
    return values.stream().map(value -> key + "=" + value).toList();
  }
}
