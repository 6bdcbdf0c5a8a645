package dev.twotower.trainer.config;

import dev.twotower.trainer.config.ConfigException.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The range checks of one record's constructor, collected and thrown together. */
final class Checks {
  private final String record;
  private final List<Problem> problems = new ArrayList<>();

  private Checks(String record) {
    this.record = record;
  }

  static Checks of(Class<?> type) {
    return new Checks(type.getSimpleName());
  }

  Checks between(String key, long value, long least, long most) {
    return require(
        value >= least && value <= most, key, value, "whole number from " + least + " to " + most);
  }

  /** A finite value above {@code bound} and at most {@code most}; NaN is refused. */
  Checks above(String key, double value, double bound, double most) {
    return require(
        value > bound && value <= most,
        key,
        value,
        "number above " + plain(bound) + " and at most " + plain(most));
  }

  /** A finite value from {@code least} to {@code most}; NaN is refused. */
  Checks between(String key, double value, double least, double most) {
    return require(
        value >= least && value <= most,
        key,
        value,
        "number from " + plain(least) + " to " + plain(most));
  }

  Checks matches(String key, String value, Pattern pattern, String allowed) {
    return require(value != null && pattern.matcher(value).matches(), key, value, allowed);
  }

  /** A value that {@code parser} accepts; its message is passed on. */
  Checks parses(String key, String value, Consumer<String> parser) {
    try {
      parser.accept(value);
    } catch (IllegalArgumentException refused) {
      problems.add(new Problem(key, shown(value), refused.getMessage(), true, 0));
    }
    return this;
  }

  Checks require(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      problems.add(new Problem(key, shown(value), allowed));
    }
    return this;
  }

  /** Whether every check so far held, for checks that need sound values. */
  boolean sound() {
    return problems.isEmpty();
  }

  /**
   * Ends the checks.
   *
   * @throws ConfigException with every check that failed
   */
  void done() {
    if (!problems.isEmpty()) {
      throw new ConfigException(record, problems);
    }
  }

  private static String shown(Object value) {
    return value instanceof String ? "'" + value + "'" : String.valueOf(value);
  }

  private static String plain(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
