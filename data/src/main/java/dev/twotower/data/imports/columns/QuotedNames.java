package dev.twotower.data.imports.columns;

import dev.twotower.data.duckdb.QuerySession;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names of columns as SQL writes them: in double quotes where they are more than letters, digits
 * and underscores, or a reserved word of SQL such as {@code order}.
 */
public final class QuotedNames {
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern NUMBER = Pattern.compile("[0-9.]+");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]|\"\")*\"|'([^']|'')*'");

  private QuotedNames() {}

  /**
   * What to say of an expression that cannot be read and holds a column's name without the quotes
   * that it needs; empty where there is none. Of names within names the longest counts. A name that
   * is a number says nothing: so it would be meant.
   *
   * @param session knows the reserved words
   * @param error what the parser says; it stumbles over a column that is named like a word of SQL
   */
  static String hint(QuerySession session, String expression, String error, List<String> columns) {
    String bare = QUOTED.matcher(expression).replaceAll(" ");
    List<String> reserved = reserved(session);
    return columns.stream()
        .filter(name -> !NUMBER.matcher(name).matches())
        .filter(
            name ->
                !PLAIN.matcher(name).matches()
                    || reserved.contains(name.toLowerCase(Locale.ROOT))
                        && error.contains("near " + QuerySession.ident(name)))
        .filter(name -> standsIn(bare, name))
        .max(Comparator.comparingInt(String::length))
        .map(
            name ->
                ". In SQL the column %s is written %s".formatted(name, QuerySession.ident(name)))
        .orElse("");
  }

  /** A column's name as SQL writes it. */
  public static String sql(QuerySession session, String name) {
    return PLAIN.matcher(name).matches()
            && !reserved(session).contains(name.toLowerCase(Locale.ROOT))
        ? name
        : QuerySession.ident(name);
  }

  private static List<String> reserved(QuerySession session) {
    return session.texts(
        "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'");
  }

  /** Whether a name stands in a text, and not as a part of a longer word. */
  static boolean standsIn(String text, String name) {
    return Pattern.compile("(?<![\\p{L}\\p{N}_])" + Pattern.quote(name) + "(?![\\p{L}\\p{N}_])")
        .matcher(text)
        .find();
  }
}
