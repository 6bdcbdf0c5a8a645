package dev.twotower.data.imports.csv;

import static dev.twotower.data.duckdb.QuerySession.ident;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.QuerySession.Column;
import dev.twotower.data.imports.source.NullWords;
import dev.twotower.data.imports.source.SourceTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the types of a table of texts over whole columns, never from a sample. A column is a number
 * only where all its values are written as that number is by one program, so that values of unlike
 * text are unlike numbers: whole numbers without leading zeros, and decimals with the same number
 * of digits or as few as tell them apart. Words for null ({@link NullWords}) are of any type.
 */
public final class CsvTypes {
  private static final String WHOLE = "regexp_full_match(%1$s, '0|-?[1-9][0-9]{0,%2$d}')";
  private static final int AT_ONCE = 32;
  private static final String NUMERAL =
      "CASE WHEN %1$s IS NOT NULL THEN TRY_CAST(%1$s AS DOUBLE) IS NOT NULL END";

  /** What a text of a type fulfils, from narrow types to wide ones. */
  private enum Kind {
    BIGINT("bool_and(" + WHOLE.formatted("%1$s", 17) + ")", "BIGINT"),
    HUGEINT("bool_and(" + WHOLE.formatted("%1$s", 37) + ")", "HUGEINT"),
    /** As JavaScript and spreadsheets write numbers: 2, 2.5. */
    SHORTEST(
        "bool_and(regexp_full_match(%1$s, '-?(0|[1-9][0-9]*)(\\.[0-9]*[1-9])?') AND length(%1$s) <="
            + " 16)",
        "DOUBLE"),
    /** As Python, Java and DuckDB write them: 2.0, 2.5, 1e-05. */
    REPEATED(
        "bool_and(coalesce(CAST(TRY_CAST(%1$s AS DOUBLE) AS VARCHAR) = %1$s AND"
            + " isfinite(TRY_CAST(%1$s AS DOUBLE)), FALSE))",
        "DOUBLE"),
    /** All with the same number of digits after the point: 2.00, 2.50. */
    FIXED(
        "bool_and(regexp_full_match(%1$s, '-?(0|[1-9][0-9]*)\\.[0-9]+') AND length(%1$s) <= 16) AND"
            + " min(length(%1$s) - strpos(%1$s, '.')) IS NOT DISTINCT FROM max(length(%1$s) -"
            + " strpos(%1$s, '.'))",
        "DOUBLE"),
    /** Whole numbers in several ways: 007 and 7. */
    WHOLE_NUMERAL("bool_and(regexp_full_match(%1$s, '[+-]?[0-9]{1,38}'))", "VARCHAR"),
    NUMERAL("bool_and(" + CsvTypes.NUMERAL + ")", "VARCHAR"),
    TIMESTAMP("bool_and(TRY_CAST(%1$s AS TIMESTAMPTZ) IS NOT NULL)", "TIMESTAMP");

    final String test;
    final String type;

    Kind(String test, String type) {
      this.test = test;
      this.type = type;
    }

    /** The type as which a numeral's number is kept; null for other kinds. */
    String number() {
      return this == WHOLE_NUMERAL ? "HUGEINT" : this == NUMERAL ? "DOUBLE" : null;
    }
  }

  /**
   * Typed columns over a table of texts.
   *
   * @param columns the columns and their types
   * @param numerals those of texts that are all numbers
   * @param select SQL of value, text and number of each column, led by a comma
   */
  public record Typed(List<Column> columns, Set<String> numerals, String select) {}

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
  public static Typed of(QuerySession session, String table, List<String> names) {
    // DuckDB plans a statement in more than proportion to its columns.
    List<Column> columns = new ArrayList<>();
    Set<String> numerals = new HashSet<>();
    StringBuilder select = new StringBuilder();
    for (int from = 0; from < names.size(); from += AT_ONCE) {
      Typed some =
          some(session, table, names.subList(from, Math.min(names.size(), from + AT_ONCE)));
      columns.addAll(some.columns);
      numerals.addAll(some.numerals);
      select.append(some.select);
    }
    return new Typed(columns, numerals, select.toString());
  }

  private static Typed some(QuerySession session, String table, List<String> names) {
    // A look at the first rows leaves few tests for the whole file.
    Map<String, Set<Kind>> possible = look(session, table, names);
    // Then one kind after the other, from the narrowest that is left of each column.
    Map<String, Kind> found = new LinkedHashMap<>();
    Map<String, Set<Kind>> open = new LinkedHashMap<>(possible);
    while (true) {
      open.values().removeIf(Set::isEmpty);
      if (open.isEmpty()) {
        return typed(names, found);
      }
      Map<String, Set<Kind>> narrowest = new LinkedHashMap<>();
      open.forEach((column, kinds) -> narrowest.put(column, Set.of(kinds.iterator().next())));
      Map<String, Set<Kind>> kept = keep(session, narrowest, table);
      Map<String, Set<Kind>> left = new LinkedHashMap<>(narrowest);
      left.keySet().removeIf(column -> !kept.get(column).isEmpty());
      // What did not fit may have been words for null alone.
      String words =
          left.keySet().stream()
              .map(name -> NullWords.untyped(ident(name)) + " AS " + ident(name))
              .collect(Collectors.joining(", "));
      kept.putAll(keep(session, left, "(SELECT %s FROM %s)".formatted(words, table)));
      narrowest.forEach(
          (column, kinds) -> {
            if (kept.get(column).isEmpty()) {
              open.get(column).removeAll(kinds);
            } else {
              found.put(column, kinds.iterator().next());
              open.remove(column);
            }
          });
    }
  }

  private static Typed typed(List<String> names, Map<String, Kind> found) {
    List<Column> columns = new ArrayList<>();
    Set<String> numerals = new HashSet<>();
    StringBuilder select = new StringBuilder();
    for (String name : names) {
      Kind kind = found.get(name);
      String type = kind == null ? "VARCHAR" : kind.type;
      columns.add(new Column(name, type));
      select.append(", %s AS %s".formatted(value(ident(name), type), ident(name)));
      select.append(", %s AS %s".formatted(ident(name), ident(SourceTable.textColumn(name))));
      if (kind != null && kind.number() != null) {
        numerals.add(name);
        select.append(
            ", %s AS %s"
                .formatted(
                    value(ident(name), kind.number()), ident(SourceTable.numberColumn(name))));
      }
    }
    return new Typed(columns, numerals, select.toString());
  }

  /**
   * The kinds that the first rows of each column fit, all of them where those hold no value. The
   * columns become rows, so that a wide file takes no more tests than a narrow one.
   */
  private static Map<String, Set<Kind>> look(
      QuerySession session, String table, List<String> names) {
    Map<String, Set<Kind>> possible = new LinkedHashMap<>();
    names.forEach(column -> possible.put(column, new LinkedHashSet<>(List.of(Kind.values()))));
    String columns = names.stream().map(QuerySession::ident).collect(Collectors.joining(", "));
    String tests =
        Stream.of(Kind.values())
            .map(kind -> "coalesce(" + kind.test.formatted("text") + ", TRUE)")
            .collect(Collectors.joining(", "));
    session.forEach(
        "SELECT number, %s FROM (SELECT number, %s AS text FROM (SELECT unnest(range(%d)) AS number, unnest([%s]) AS field FROM (SELECT %s FROM %s LIMIT 1000))) GROUP BY number"
            .formatted(tests, NullWords.untyped("field"), names.size(), columns, columns, table),
        row -> {
          for (Kind kind : Kind.values()) {
            if (!row.getBoolean(kind.ordinal() + 2)) {
              possible.get(names.get(row.getInt(1))).remove(kind);
            }
          }
        });
    return possible;
  }

  /** The kinds that fit all of a relation. */
  private static Map<String, Set<Kind>> keep(
      QuerySession session, Map<String, Set<Kind>> tried, String relation) {
    Map<String, Set<Kind>> kept = new LinkedHashMap<>();
    List<Map.Entry<String, Kind>> tests = new ArrayList<>();
    tried.forEach(
        (column, kinds) -> {
          kept.put(column, new LinkedHashSet<>());
          kinds.forEach(kind -> tests.add(Map.entry(column, kind)));
        });
    if (tests.isEmpty()) {
      return kept;
    }
    String select =
        tests.stream()
            .map(
                test ->
                    "coalesce(%s, FALSE)"
                        .formatted(test.getValue().test.formatted(ident(test.getKey()))))
            .collect(Collectors.joining(", "));
    session.forEach(
        "SELECT " + select + " FROM " + relation,
        row -> {
          for (int t = 0; t < tests.size(); t++) {
            if (row.getBoolean(t + 1)) {
              kept.get(tests.get(t).getKey()).add(tests.get(t).getValue());
            }
          }
        });
    return kept;
  }
}
