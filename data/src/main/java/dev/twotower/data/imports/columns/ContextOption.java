package dev.twotower.data.imports.columns;

import dev.twotower.data.message.ShellWord;
import dev.twotower.data.message.Words;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A context column to import: {@code NAME[=COLUMN][:KIND]}.
 *
 * @param name the column's name in masks
 * @param column the source column or expression
 * @param kind what its values are, null where the column's type decides
 */
public record ContextOption(String name, String column, Kind kind) {
  /** What the values of a context column are. */
  public enum Kind {
    NUMERIC,
    CATEGORICAL,
    /** Several texts: a list, or a text with a bar between them, as features of items have. */
    MULTI,
    /** The words of a text: letters and digits, in lower case, each once. */
    WORDS;

    /** Whether a value is a list of texts. */
    public boolean isList() {
      return this == MULTI || this == WORDS;
    }
  }

  /** For help and messages: {@code NAME[=COLUMN][:numeric|:categorical|..]}. */
  private static final String FORM =
      "NAME[=COLUMN]["
          + Arrays.stream(Kind.values())
              .map(kind -> ":" + Words.of(kind))
              .collect(Collectors.joining("|"))
          + "]";

  /** What every data set has: a context of that name would never be reached, or be mistaken. */
  private static final List<String> OF_EVERY_ROW =
      List.of("user", "item", "request", "time", "weight");

  /** The context that the role {@code event} is kept as: the kind of feedback of each row. */
  public static final String EVENT = "event";

  /** The context for the column of a log that says what kind of feedback each row is. */
  public static ContextOption event(String column) {
    return new ContextOption(EVENT, column, Kind.CATEGORICAL);
  }

  /** Whether it is the kind of feedback, which no row may lack. */
  public boolean isEvent() {
    return name.equals(EVENT);
  }

  public static ContextOption parse(String text) {
    String rest = text;
    Kind kind = null;
    for (Kind each : Kind.values()) {
      if (rest.endsWith(":" + Words.of(each))) {
        kind = each;
        rest = rest.substring(0, rest.length() - 1 - Words.of(each).length());
        break;
      }
    }
    int equals = rest.indexOf('=');
    String name = equals < 0 ? rest : rest.substring(0, equals);
    String column = equals < 0 ? rest : rest.substring(equals + 1);
    if (!name.matches("[A-Za-z0-9_.-]+") || column.isBlank()) {
      throw new IllegalArgumentException(
          "--context is '%s'; allowed: %s, with a name of the letters A to Z and a to z, digits and _ . -, as in %s"
              .formatted(
                  text, FORM, ShellWord.of("place=" + (column.isBlank() ? "COLUMN" : column))));
    }
    if (OF_EVERY_ROW.contains(name)) {
      throw new IllegalArgumentException(
          "--context is '%s'; allowed: names other than %s, which every row has, as in %s"
              .formatted(
                  text, OF_EVERY_ROW, ShellWord.command("--context %s", name + "2=" + column)));
    }
    if (name.equals(EVENT)) {
      throw new IllegalArgumentException(
          "--context is '%s'; the kind of feedback is a role: give %s, which masks may name as context:event"
              .formatted(text, ShellWord.command("--column %s", "event=" + column)));
    }
    return new ContextOption(name, column, kind);
  }
}
