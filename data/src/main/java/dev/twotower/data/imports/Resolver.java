package dev.twotower.data.imports;

import static dev.twotower.data.imports.QuerySession.ident;

import dev.twotower.data.imports.QuerySession.Column;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns what options name into SQL over the source files: a column, or an expression over the
 * columns. Mistakes are collected, so that all are told at once.
 */
final class Resolver {
  private final QuerySession session;
  private final List<String> problems = new ArrayList<>();

  /**
   * A value of each row.
   *
   * @param sql the typed value
   * @param type its DuckDB type
   * @param text the value as text, as the file has it
   */
  record Expression(String sql, String type, String text) {
    boolean isNumeric() {
      return type.matches("(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL.*)");
    }

    boolean isTimestamp() {
      return type.startsWith("TIMESTAMP") || type.equals("DATE");
    }

    boolean isList() {
      return type.endsWith("]");
    }
  }

  private static final Expression UNKNOWN = new Expression("NULL", "VARCHAR", "NULL");

  Resolver(QuerySession session) {
    this.session = session;
  }

  /** The value an option names in a table; reports a problem where it names none. */
  Expression value(SourceTable table, String flag, String option) {
    Column column = table.find(option);
    if (column != null) {
      return new Expression(ident(column.name()), column.type(), table.text(column));
    }
    if (isPlainName(option)) {
      problems.add(
          "%s: %s has no column '%s'; it has %s%s"
              .formatted(
                  flag,
                  table.label(),
                  option,
                  table.columnNames(),
                  headerHint(table.columnNames())));
      return UNKNOWN;
    }
    String sql = "(" + option + ")";
    try {
      require(option);
      List<Column> described = session.describe("SELECT " + sql + " AS x FROM " + table.from());
      String type = described.get(0).type();
      return new Expression(sql, type, SourceTable.text(sql, type));
    } catch (QuerySession.QueryException e) {
      problems.add(
          "%s: '%s' is no column and no SQL expression over the columns of %s: %s; the columns are %s"
              .formatted(flag, option, table.label(), e.getMessage(), table.columnNames()));
      return UNKNOWN;
    }
  }

  /**
   * A name that is a number is the first row's value; one with delimiters in it is a whole line.
   */
  private static String headerHint(List<String> names) {
    if (names.size() == 1 && names.get(0).matches(".*[,;|\t].*")) {
      return ", one column with other delimiters in its name: is --delimiter right?";
    }
    return names.stream().anyMatch(name -> name.matches("[+-]?[0-9.]+"))
        ? ". Where the first line is data, name the columns with --header NAME,NAME,.."
        : "";
  }

  /** Like {@link #value}, null where the table has no such value. */
  Expression valueIfAny(SourceTable table, String option) {
    Resolver attempt = new Resolver(session);
    Expression value = attempt.value(table, "", option);
    return attempt.problems.isEmpty() ? value : null;
  }

  /** A condition over a table's rows; reports a problem where it is none. */
  String condition(SourceTable table, String flag, String option) {
    String sql = "(" + option + ")";
    try {
      require(option);
      session.describe("SELECT 1 FROM " + table.from() + " WHERE " + sql);
      return sql;
    } catch (QuerySession.QueryException e) {
      problems.add(
          "%s '%s' is no SQL condition over the columns of %s: %s; the columns are %s"
              .formatted(flag, option, table.label(), e.getMessage(), table.columnNames()));
      return "TRUE";
    }
  }

  private void require(String option) {
    String problem = SqlExpression.problem(session, option);
    if (problem != null) {
      throw new QuerySession.QueryException(problem);
    }
  }

  private static boolean isPlainName(String option) {
    return option.matches("[\\p{L}\\p{N}_ .-]+");
  }

  void problem(String message) {
    problems.add(message);
  }

  /**
   * Ends the resolution.
   *
   * @throws IllegalArgumentException telling every problem
   */
  void check() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }
}
