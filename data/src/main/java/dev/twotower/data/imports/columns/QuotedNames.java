package dev.twotower.data.imports.columns;

import dev.twotower.data.duckdb.QuerySession;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of columns as SQL writes them: in double quotes where they are more than letters, digits
 * and underscores, or a word of SQL that is no name by itself, such as {@code order} and {@code
 * at}.
 */
public final class QuotedNames {
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern NUMBER = Pattern.compile("[0-9.]+");

  /** Words that are no columns; others are read as columns where nothing else can be meant. */
  private static final String NO_NAMES = "keyword_category IN ('reserved', 'type_function')";

  private QuotedNames() {}

  /**
   * What to say of an expression that is refused and holds names of columns without the quotes that
   * they need, with the expression as it is to be written where that can be read; empty where
   * quotes are not what is missing. A name that is a number says nothing: so it would be meant.
   *
   * @param flag the option that has the expression
   * @param columns what it may name
   */
  public static String hint(
      QuerySession session, String flag, String expression, List<String> columns) {
    List<String> odd =
        columns.stream()
            .filter(name -> !PLAIN.matcher(name).matches() && !NUMBER.matcher(name).matches())
            .toList();
    // What can be read is refused for another reason than a word of SQL.
    boolean read = reads(session, expression);
    for (String which : read ? List.of("FALSE") : List.of(NO_NAMES, "TRUE")) {
      List<String> words = keywords(session, which);
      List<String> names =
          columns.stream()
              .filter(name -> odd.contains(name) || words.contains(name.toLowerCase(Locale.ROOT)))
              .toList();
      for (boolean anyCase : new boolean[] {false, true}) {
        Optional<BareNames> quoted =
            BareNames.in(expression, names, anyCase).quotedUntil(each -> reads(session, each));
        if (quoted.isPresent()) {
          String option = PastedOption.of(flag, quoted.get().expression());
          return written(quoted.get().names()) + ": " + option;
        }
      }
    }
    List<String> standing = BareNames.in(expression, odd, false).names();
    return standing.isEmpty() ? "" : written(standing);
  }

  private static String written(List<String> names) {
    return ". In SQL "
        + names.stream()
            .map(name -> "the column %s is written %s".formatted(name, QuerySession.ident(name)))
            .collect(Collectors.joining(", "));
  }

  private static boolean reads(QuerySession session, String expression) {
    try {
      SqlExpression.parse(session, expression);
      return true;
    } catch (QuerySession.QueryException refused) {
      return false;
    }
  }

  /** A column's name as SQL writes it. */
  public static String sql(QuerySession session, String name) {
    return PLAIN.matcher(name).matches()
            && !keywords(session, NO_NAMES).contains(name.toLowerCase(Locale.ROOT))
        ? name
        : QuerySession.ident(name);
  }

  /** Words of SQL, in lower case. */
  private static List<String> keywords(QuerySession session, String which) {
    return session.texts("SELECT keyword_name FROM duckdb_keywords() WHERE " + which);
  }

  /** Whether a name stands in a text, and not as a part of a longer word. */
  static boolean standsIn(String text, String name) {
    return BareNames.pattern(name, false).matcher(text).find();
  }
}
