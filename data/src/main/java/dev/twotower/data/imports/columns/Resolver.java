package dev.twotower.data.imports.columns;

import static dev.twotower.data.duckdb.QuerySession.ident;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.QuerySession.Column;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.source.ValueTypes;
import dev.twotower.data.message.Problems;
import dev.twotower.data.message.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Turns what options name into SQL over the source files: a column, or an expression over the
 * columns. Mistakes are collected, so that all are reported at once.
 */
public final class Resolver {
  private final QuerySession session;
  private final Problems problems = new Problems();

  /** What files are that do not have what is looked for, each said once. */
  private final Set<String> told = new LinkedHashSet<>();

  /**
   * A value of each row.
   *
   * @param sql the typed value
   * @param type its DuckDB type
   * @param text the value as text, as the file has it
   * @param written whether the file has it as text, whatever type it is seen as
   */
  public record Expression(String sql, String type, String text, boolean written) {
    boolean isNumeric() {
      return ValueTypes.isNumeric(type);
    }

    boolean isTimestamp() {
      return ValueTypes.isTemporal(type);
    }

    public boolean isList() {
      return type.endsWith("]");
    }
  }

  private static final Expression UNKNOWN = new Expression("NULL", "VARCHAR", "NULL", true);

  public Resolver(QuerySession session) {
    this.session = session;
  }

  /** The value an option names in a table; reports a problem where it names none. */
  public Expression value(SourceTable table, String flag, String option) {
    Column column = table.find(option);
    if (column != null) {
      return new Expression(
          ident(column.name()),
          column.type(),
          SourceTable.text(column),
          table.written().contains(column.name()));
    }
    if (isPlainName(option) && !isField(table, option)) {
      boolean explained = tell(table, option);
      problems.add(
          "%s: %s has no column '%s'; it has %s%s"
              .formatted(
                  flag,
                  table.label(),
                  option,
                  table.columnNames(),
                  isFolder(table, option)
                      ? "; folders above it are named '%s=..': --partitions makes a column of them"
                          .formatted(option)
                      : Suggestion.hint(option, table.columnNames())
                          + (explained ? "" : HeaderHint.of(option, table.columnNames()))));
      return UNKNOWN;
    }
    try {
      List<String> type = new ArrayList<>();
      String sql = described(table, option, expression -> type.add(typeOf(table, expression)));
      return new Expression(sql, type.get(0), ValueTypes.text(sql, type.get(0)), false);
    } catch (QuerySession.QueryException e) {
      if (namesTexts(table, flag, option, e)) {
        return UNKNOWN;
      }
      problems.add(
          "%s: '%s' is neither a column nor an SQL expression over the columns of %s: %s; the columns are %s%s"
              .formatted(
                  flag,
                  BadRow.shortened(option),
                  table.label(),
                  SqlRefusal.told(session, flag, option, table.columnNames(), e),
                  table.columnNames(),
                  QuotedNames.hint(session, flag, option, table.columnNames())
                      + folderHint(table, option, e.getMessage())));
      return UNKNOWN;
    }
  }

  /**
   * The type of a value that each row has. What sums over rows is refused, as conditions take none;
   * what ranks a row among others (OVER) is a value of that row.
   */
  private String typeOf(SourceTable table, String expression) {
    String query = "SELECT %s AS x FROM %s".formatted(expression, table.from());
    try {
      return session.describe(query + " WHERE " + expression + " IS NULL").get(0).type();
    } catch (QuerySession.QueryException e) {
      if (!e.getMessage().contains("cannot contain window functions")) {
        throw e;
      }
      return session.describe(query).get(0).type();
    }
  }

  /** Remembers what a file is that has no such column; returns whether its names tell no more. */
  private boolean tell(SourceTable table, String missing) {
    Optional<String> sentence =
        table.files().stream()
            .map(file -> file.told(missing))
            .flatMap(Optional::stream)
            .findFirst();
    sentence.filter(each -> !each.isEmpty()).ifPresent(told::add);
    return sentence.isPresent();
  }

  /** Tries an expression, if need be with numbers that are not written as such as numbers. */
  private String described(SourceTable table, String option, Consumer<String> attempt) {
    SqlExpression expression = SqlExpression.parse(session, option);
    String sql = ColumnForms.of(table, expression, false);
    try {
      attempt.accept(sql);
      return sql;
    } catch (QuerySession.QueryException e) {
      String other = ColumnForms.of(table, expression, true);
      if (other.equals(sql)) {
        throw e;
      }
      attempt.accept(other);
      return other;
    }
  }

  /** Whether a folder above a file is named as a column and its value. */
  private static boolean isFolder(SourceTable table, String option) {
    return table.files().stream()
        .map(file -> file.path().getParent())
        .filter(Objects::nonNull)
        .anyMatch(
            folder -> {
              for (Path name : folder) {
                if (name.toString().startsWith(option + "=")) {
                  return true;
                }
              }
              return false;
            });
  }

  /** What to do where an expression needs a column of folder names, or one that is no text. */
  private static String folderHint(SourceTable table, String option, String refusal) {
    for (String word : option.split("[^\\p{L}\\p{N}_]+")) {
      if (word.isEmpty() || !isFolder(table, word)) {
        continue;
      }
      if (table.find(word) == null) {
        return "; folders above it are named '%s=..': --partitions makes a column of them"
            .formatted(word);
      }
      if (refusal.contains("VARCHAR")) {
        return "; names of folders are text where they are not all whole numbers: write CAST(%1$s AS DATE), CAST(%1$s AS BIGINT) or the like for %1$s"
            .formatted(word);
      }
    }
    return "";
  }

  /** Like {@link #value}, null where the table has no such value. */
  public Expression valueIfAny(SourceTable table, String option) {
    Resolver attempt = new Resolver(session);
    Expression value = attempt.value(table, "", option);
    return attempt.problems.none() ? value : null;
  }

  /**
   * Reports that neither of two tables has all columns of an option: what is near to those that are
   * in none, and of an expression why it is none.
   *
   * @param first the files that are looked into before the log
   */
  public void neither(SourceTable first, SourceTable log, String flag, List<String> columns) {
    List<String> absent =
        columns.stream()
            .filter(each -> valueIfAny(first, each) == null && valueIfAny(log, each) == null)
            .toList();
    List<String> expressions = absent.stream().filter(each -> !isPlainName(each)).toList();
    if (!expressions.isEmpty()) {
      expressions.forEach(each -> value(first, flag, each));
      return;
    }
    Set<String> names = new LinkedHashSet<>(first.columnNames());
    names.addAll(log.columnNames());
    problems.add(
        "%s: neither %s (columns %s) nor the log %s (columns %s) has %s%s"
            .formatted(
                flag,
                first.label(),
                first.columnNames(),
                log.label(),
                log.columnNames(),
                columns,
                absent.stream()
                    .map(each -> Suggestion.hint(each, names))
                    .distinct()
                    .collect(Collectors.joining())));
  }

  /** A condition over a table's rows; reports a problem where it is none. */
  public String condition(SourceTable table, String flag, String option) {
    try {
      return described(
          table,
          option,
          // What cannot be true or false is refused here, as null is false where it is used.
          sql ->
              session.describe(
                  "SELECT 1 FROM " + table.from() + " WHERE coalesce(" + sql + ", FALSE)"));
    } catch (QuerySession.QueryException e) {
      if (namesTexts(table, flag, option, e)) {
        return "TRUE";
      }
      problems.add(
          "%s '%s' is not an SQL condition over the columns of %s: %s; the columns are %s%s"
              .formatted(
                  flag,
                  BadRow.shortened(option),
                  table.label(),
                  SqlRefusal.told(session, flag, option, table.columnNames(), e),
                  table.columnNames(),
                  QuotedNames.hint(session, flag, option, table.columnNames())
                      + folderHint(table, option, e.getMessage())));
      return "TRUE";
    }
  }

  /** Reports that a column of an expression holds texts where numbers are needed, if one does. */
  private boolean namesTexts(
      SourceTable table, String flag, String option, QuerySession.QueryException refusal) {
    boolean ofTypes = refusal.getMessage().contains("VARCHAR");
    Optional<String> problem =
        ofTypes ? TextNumbers.problem(session, table, option) : Optional.empty();
    problem.ifPresent(
        why -> problems.add("%s '%s': %s".formatted(flag, BadRow.shortened(option), why)));
    return problem.isPresent();
  }

  /**
   * Reports a value that is not an id: several values, or bytes that are not text.
   *
   * @param table the files that have it
   */
  public void requireId(SourceTable table, String flag, String option, Expression value) {
    String named = "%s: '%s' of %s".formatted(flag, BadRow.shortened(option), table.label());
    if (value.isList() || ValueTypes.isNested(value.type())) {
      tell(table, option);
    }
    if (value.isList()) {
      problems.add(
          "%s is a list (%s), but an id is a single value; first write one row per element, with SQL's unnest or pandas' explode"
              .formatted(named, BadRow.shortened(value.type())));
    } else if (value.type().equals("BLOB")) {
      problems.add(
          "%s holds bytes (BLOB), but an id is text; use decode(%s) if they are UTF-8, otherwise hex(%s)"
              .formatted(named, option, option));
    } else if (ValueTypes.isNested(value.type())) {
      problems.add(
          "%s holds several values (%s), but an id is a single value; name one of them, as in %s.FIELD"
              .formatted(named, BadRow.shortened(value.type()), option));
    }
  }

  /** Whether a condition holds for any of a table's rows. */
  boolean any(SourceTable table, String condition) {
    return session.number(
            "SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT 1)"
                .formatted(table.from(), condition))
        > 0;
  }

  /** Reports a format of times that is none. */
  void requireFormat(String flag, String format) {
    try {
      session.run("SELECT try_strptime('', " + QuerySession.literal(format) + ")");
    } catch (QuerySession.QueryException e) {
      problems.add(
          "%s: received '%s'; allowed: a strptime format, such as '%%d/%%m/%%Y %%H:%%M:%%S': %s"
              .formatted(flag, BadRow.shortened(format), e.getMessage()));
    }
  }

  private static boolean isPlainName(String option) {
    return option.matches("[\\p{L}\\p{N}_ .-]+");
  }

  /** Whether a name is that of a field of a column: {@code user.id}. */
  private static boolean isField(SourceTable table, String option) {
    Column column = option.contains(".") ? table.find(option.split("\\.")[0].strip()) : null;
    return column != null && ValueTypes.isNested(column.type());
  }

  public void problem(String message) {
    problems.add(message);
  }

  /**
   * Ends the resolution.
   *
   * @throws IllegalArgumentException naming every problem
   */
  public void check() {
    if (!problems.none()) {
      told.forEach(problems::add);
    }
    problems.check();
  }
}
