package dev.twotower.data.imports.columns;

import java.util.List;

/**
 * A context column to import: {@code NAME[=COLUMN][:numeric|:categorical]}.
 *
 * @param name the column's name in masks
 * @param column the source column or expression
 * @param numeric true or false where the option says so, null where the column's type decides
 */
public record ContextOption(String name, String column, Boolean numeric) {
  /** What every data set has: a context of that name would never be reached, or be mistaken. */
  private static final List<String> OF_EVERY_ROW =
      List.of("user", "item", "request", "time", "weight");

  /** The context that the role {@code event} is kept as: the kind of feedback of each row. */
  public static final String EVENT = "event";

  /** The context for the column of a log that says what kind of feedback each row is. */
  public static ContextOption event(String column) {
    return new ContextOption(EVENT, column, false);
  }

  /** Whether it is the kind of feedback, which no row may lack. */
  public boolean isEvent() {
    return name.equals(EVENT);
  }

  public static ContextOption parse(String text) {
    String rest = text;
    Boolean numeric = null;
    if (rest.endsWith(":numeric")) {
      numeric = true;
      rest = rest.substring(0, rest.length() - ":numeric".length());
    } else if (rest.endsWith(":categorical")) {
      numeric = false;
      rest = rest.substring(0, rest.length() - ":categorical".length());
    }
    int equals = rest.indexOf('=');
    String name = equals < 0 ? rest : rest.substring(0, equals);
    String column = equals < 0 ? rest : rest.substring(equals + 1);
    if (!name.matches("[A-Za-z0-9_.-]+") || column.isBlank()) {
      throw new IllegalArgumentException(
          "--context is '%s'; allowed: NAME[=COLUMN][:numeric|:categorical], with a name of the letters A to Z and a to z, digits and _ . -, as in place=%s"
              .formatted(text, column.isBlank() ? "COLUMN" : column));
    }
    if (OF_EVERY_ROW.contains(name)) {
      throw new IllegalArgumentException(
          "--context is '%s'; allowed: names other than %s, which every row has, as in --context %s2=%s"
              .formatted(text, OF_EVERY_ROW, name, column));
    }
    if (name.equals(EVENT)) {
      throw new IllegalArgumentException(
          "--context is '%s'; the kind of feedback is a role: give --column event=%s, which masks may name as context:event"
              .formatted(text, column));
    }
    return new ContextOption(name, column, numeric);
  }
}
