package dev.twotower.data.imports;

import static dev.twotower.data.imports.QuerySession.ident;

import dev.twotower.data.imports.QuerySession.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the types of a table of texts over whole columns, never from a sample. */
final class CsvTypes {
  /** Types from narrow to wide, and what a text of that type fulfils. */
  private static final Map<String, String> TYPES = new LinkedHashMap<>();

  static {
    TYPES.put("BIGINT", "regexp_full_match(%1$s, '[+-]?[0-9]{1,18}')");
    TYPES.put("DOUBLE", "TRY_CAST(%1$s AS DOUBLE) IS NOT NULL");
    TYPES.put("TIMESTAMP", "TRY_CAST(%1$s AS TIMESTAMPTZ) IS NOT NULL");
  }

  private CsvTypes() {}

  /**
   * The value of a text of a type. A time's offset counts, which the cast to TIMESTAMP alone drops:
   * the timestamp is in UTC.
   */
  static String value(String text, String type) {
    return switch (type) {
      case "VARCHAR" -> text;
      case "TIMESTAMP" -> "TRY_CAST(TRY_CAST(" + text + " AS TIMESTAMPTZ) AS TIMESTAMP)";
      default -> "TRY_CAST(%s AS %s)".formatted(text, type);
    };
  }

  /** The narrowest type that every value of a column has; text where nothing else fits. */
  static List<Column> of(QuerySession session, String table, List<String> names) {
    // A look at the first rows leaves few tests for the whole file.
    Map<String, Set<String>> possible = new LinkedHashMap<>();
    names.forEach(column -> possible.put(column, new LinkedHashSet<>(TYPES.keySet())));
    keepFitting(session, possible, "(SELECT * FROM " + table + " LIMIT 1000)");
    keepFitting(session, possible, table);
    return names.stream()
        .map(
            column ->
                new Column(column, possible.get(column).stream().findFirst().orElse("VARCHAR")))
        .toList();
  }

  private static void keepFitting(
      QuerySession session, Map<String, Set<String>> possible, String relation) {
    List<String[]> tests = new ArrayList<>();
    possible.forEach(
        (column, types) -> types.forEach(type -> tests.add(new String[] {column, type})));
    if (tests.isEmpty()) {
      return;
    }
    String select =
        tests.stream()
            .map(test -> "bool_and(" + TYPES.get(test[1]).formatted(ident(test[0])) + ")")
            .collect(Collectors.joining(", "));
    session.forEach(
        "SELECT " + select + " FROM " + relation,
        row -> {
          for (int t = 0; t < tests.size(); t++) {
            if (!row.getBoolean(t + 1)) {
              possible.get(tests.get(t)[0]).remove(tests.get(t)[1]);
            }
          }
        });
  }
}
