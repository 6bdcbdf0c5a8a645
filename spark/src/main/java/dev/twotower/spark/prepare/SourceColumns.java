package dev.twotower.spark.prepare;

import static org.apache.spark.sql.functions.expr;

import dev.twotower.data.imports.columns.SqlWords;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.message.Suggestion;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NullType;

/**
 * What options may name of a table: its columns, and Spark SQL expressions over them.
 *
 * @param label the table, for people
 */
record SourceColumns(Dataset<Row> source, String label) {
  private static final String PLAIN = "[A-Za-z_][A-Za-z0-9_]*";

  /** The SQL of what an option names; a column's name stands for itself, whatever is in it. */
  String sql(String option) {
    return isOdd(option) && names().contains(option) ? quoted(option) : option;
  }

  private static boolean isOdd(String name) {
    return !name.matches(PLAIN);
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  List<String> names() {
    return List.of(source.columns());
  }

  /**
   * The type of what an option names.
   *
   * @throws IllegalArgumentException when it is no column, nor an expression that each row has one
   *     value of; what ranks a row among others (OVER) is a value of that row
   */
  DataType type(String flag, String option) {
    return type(flag, option, false);
  }

  private DataType type(String flag, String option, boolean condition) {
    if (option.strip().matches(PLAIN)
        && names().stream().noneMatch(name -> name.equalsIgnoreCase(option.strip()))
        && !isWord(option.strip())) {
      throw new IllegalArgumentException(
          "%s: '%s' is no column of %s; it has %s"
              .formatted(
                  flag,
                  BadRow.shortened(option),
                  label,
                  Suggestion.among(option, names()) + joined()));
    }
    mistaken(option)
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "%s: '%s' has \"%s\", which is a text in Spark SQL; the column of that name is written %s"
                      .formatted(flag, BadRow.shortened(option), name, quoted(name)));
            });
    String sql = sql(option);
    try {
      DataType type = source.select(expr(sql).as("x")).schema().fields()[0].dataType();
      Column isNull = expr("(" + sql + ") IS NULL");
      if (condition) {
        source.filter(isNull).schema();
      } else {
        // Beside a column, what sums over rows is refused; within an expression, what makes
        // several.
        source.select(source.col(quoted(names().get(0))), isNull.as("x")).schema();
      }
      return type;
    } catch (Exception refused) {
      throw new IllegalArgumentException(
          "%s: '%s' is neither a column nor a Spark SQL expression over the columns of %s: %s; the columns are %s%s"
              .formatted(
                  flag,
                  BadRow.shortened(option),
                  label,
                  SparkRefusal.told(source.sparkSession(), refused, option, names()),
                  String.join(", ", names()),
                  hint(option)),
          refused);
    }
  }

  /**
   * Refuses what is no condition.
   *
   * @throws IllegalArgumentException likewise, and where it is neither true nor false
   */
  void requireCondition(String flag, String option) {
    DataType type = type(flag, option, true);
    if (!(type instanceof BooleanType || type instanceof NullType)) {
      throw new IllegalArgumentException(
          "%s: '%s': %s".formatted(flag, BadRow.shortened(option), SqlWords.undecided(type.sql())));
    }
  }

  /** What to do where a header line is one name. */
  private String joined() {
    return names().size() == 1 && names().get(0).matches(".*[,;|\t].*")
        ? "; --option delimiter=.. says what stands between columns"
        : "";
  }

  /** Words that are expressions by themselves. */
  private static boolean isWord(String option) {
    return option.matches("(?i)true|false|null|current_date|current_timestamp");
  }

  /**
   * A column whose name stands in an expression as a text does, and cannot be meant as one: the
   * expression names no column beside it, or compares it with another text, a number or null.
   */
  private Optional<String> mistaken(String option) {
    if (isSet("spark.sql.ansi.enabled") && isSet("spark.sql.ansi.doubleQuotedIdentifiers")) {
      return Optional.empty();
    }
    return names().stream()
        .filter(name -> option.contains("\"" + name + "\""))
        .filter(name -> isCompared(option, name) || isConstant(option))
        .findFirst();
  }

  private boolean isSet(String setting) {
    return source.sparkSession().conf().get(setting, "false").equalsIgnoreCase("true");
  }

  private static boolean isCompared(String option, String name) {
    return Pattern.compile(
            "(^|\\(|\\b(AND|OR|NOT|WHEN)\\b)\\s*"
                + Pattern.quote("\"" + name + "\"")
                + "\\s*(IS\\b|[=<>!]+\\s*['\"0-9.-])",
            Pattern.CASE_INSENSITIVE)
        .matcher(option.strip())
        .find();
  }

  /** Whether an expression has a value where there is no column. */
  private boolean isConstant(String option) {
    try {
      source.sparkSession().emptyDataFrame().select(expr(option)).schema();
      return true;
    } catch (Exception namesColumns) {
      // Spark's exceptions are not all declared to Java.
      return false;
    }
  }

  /** How a column of an odd name is written, where an expression may mean one. */
  private String hint(String option) {
    return names().stream()
        .filter(name -> isOdd(name) && option.contains(name) && !option.contains(quoted(name)))
        .findFirst()
        .map(name -> "; names of more than letters, digits and _ are in backticks: " + quoted(name))
        .orElse("");
  }
}
