package dev.twotower.data.imports.columns;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names of columns as SQL writes them: in double quotes where they are more than letters, digits
 * and underscores, or a word of SQL such as {@code order}.
 */
final class QuotedNames {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private QuotedNames() {}

  /** A name in quotes; those in it are doubled. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /**
   * What to say of an expression that cannot be read and holds a column's name without the quotes
   * that it needs; empty where there is none. Of names within names the longest counts.
   *
   * @param error what the parser says; it stumbles over a column that is named like a word of SQL
   */
  static String hint(String expression, String error, List<String> columns) {
    return columns.stream()
        .filter(name -> !PLAIN.matcher(name).matches() || error.contains("near " + quoted(name)))
        .filter(name -> expression.contains(name) && !expression.contains(quoted(name)))
        .max(Comparator.comparingInt(String::length))
        .map(name -> ". In SQL the column %s is written %s".formatted(name, quoted(name)))
        .orElse("");
  }
}
