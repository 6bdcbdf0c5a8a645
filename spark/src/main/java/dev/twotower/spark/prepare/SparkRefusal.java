package dev.twotower.spark.prepare;

import dev.twotower.data.BadDataException;
import dev.twotower.data.imports.columns.SqlWords;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.message.Suggestion;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.QueryContext;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Why Spark refuses a table, an expression or a value, in words for somebody who wrote options in a
 * shell. Spark names what it refuses by a condition with parameters; what none of these fits stays
 * as Spark says it, without its codes.
 */
final class SparkRefusal {
  /** Formats that Spark has by itself, and a table's name. */
  private static final List<String> FORMATS =
      List.of("parquet", "csv", "json", "orc", "text", "jdbc", "table");

  /** Of expressions, by the beginning of the condition. */
  private static final Map<String, Function<Map<String, String>, String>> OF_EXPRESSIONS =
      new LinkedHashMap<>();

  static {
    OF_EXPRESSIONS.put(
        "PARSE_SYNTAX_ERROR",
        of ->
            of.getOrDefault("error", "").contains("end of input")
                ? "it ends where more is needed"
                : "it cannot be read near %s".formatted(of.get("error")));
    OF_EXPRESSIONS.put(
        "INVALID_WHERE_CONDITION",
        of -> SqlWords.rows("it looks at other rows (%s)".formatted(of.get("expressionList"))));
    OF_EXPRESSIONS.put("WINDOW_FUNCTION", of -> SqlWords.rows("it looks at other rows (OVER)"));
    for (String condition : List.of("MISSING_GROUP_BY", "MISSING_AGGREGATION")) {
      OF_EXPRESSIONS.put(condition, of -> SqlWords.rows("it sums over many rows"));
    }
    OF_EXPRESSIONS.put(
        "UNSUPPORTED_EXPR_FOR_OPERATOR",
        of -> SqlWords.rows("it looks at other rows (%s)".formatted(of.get("invalidExprSqls"))));
    OF_EXPRESSIONS.put(
        "UNSUPPORTED_GENERATOR", of -> SqlWords.rows("it makes several rows of one"));
    OF_EXPRESSIONS.put(
        "WRONG_NUM_ARGS",
        of ->
            "%s() does not take %s values, but %s"
                .formatted(
                    bare(of.get("functionName")),
                    of.get("actualNum"),
                    of.getOrDefault("expectedNum", "others").replaceAll("[\\[\\]]", "")));
    OF_EXPRESSIONS.put(
        "TABLE_OR_VIEW_NOT_FOUND",
        of -> "there is no table '%s'".formatted(bare(of.get("relationName"))));
    OF_EXPRESSIONS.put(
        "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
        of ->
            "%s joins %s with %s"
                .formatted(bare(of.get("sqlExpr")), type(of.get("left")), type(of.get("right"))));
    OF_EXPRESSIONS.put(
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        of ->
            "%s takes %s, and %s is %s"
                .formatted(
                    bare(of.get("sqlExpr")),
                    type(of.get("requiredType")),
                    bare(of.get("inputSql")),
                    type(of.get("inputType"))));
    OF_EXPRESSIONS.put(
        "DATATYPE_MISMATCH.CAST_",
        of ->
            "%s cannot be made from %s"
                .formatted(type(of.get("targetType")), type(of.get("srcType"))));
  }

  private SparkRefusal() {}

  /** What is wrong with an expression, in the middle of a sentence. */
  static String told(
      SparkSession spark, Throwable refused, String expression, List<String> columns) {
    Optional<SparkThrowable> found = condition(refused);
    if (found.isEmpty()) {
      return plain(refused);
    }
    String condition = found.get().getCondition();
    Map<String, String> of = found.get().getMessageParameters();
    if (condition.startsWith("UNRESOLVED_COLUMN")) {
      String name = bare(of.get("objectName"));
      return "there is no column '%s'%s".formatted(name, Suggestion.hint(name, columns));
    }
    if (condition.equals("UNRESOLVED_ROUTINE")) {
      String name = bare(of.get("routineName"));
      List<String> known =
          spark.sql("SHOW FUNCTIONS").collectAsList().stream().map(row -> name(row)).toList();
      return "there is no function '%s'%s".formatted(name, Suggestion.hint(name, known));
    }
    if (condition.equals("PARSE_SYNTAX_ERROR")
        && expression.chars().filter(c -> c == '\'').count() % 2 == 1) {
      return "a text begins with ' and does not end; in a shell, the whole expression is in double"
          + " quotes";
    }
    return OF_EXPRESSIONS.entrySet().stream()
        .filter(each -> condition.startsWith(each.getKey()))
        .findFirst()
        .map(each -> each.getValue().apply(of))
        .orElseGet(() -> words(said(found.get())));
  }

  private static String name(Row row) {
    return row.getString(0);
  }

  /**
   * Of a table that cannot be opened.
   *
   * @return what a command line would mend, or what other files would
   */
  static RuntimeException ofTable(
      String flag, List<String> from, String format, Throwable refused) {
    String received = String.join(", ", from);
    String condition = condition(refused).map(SparkThrowable::getCondition).orElse("");
    Map<String, String> of =
        condition(refused).map(SparkThrowable::getMessageParameters).orElse(Map.of());
    if (condition.equals("PATH_NOT_FOUND")) {
      return new IllegalArgumentException(
          "%s: there is nothing at '%s'; name a file, a folder or a pattern of some"
              .formatted(flag, of.get("path").replaceFirst("^file:/+", "/")),
          refused);
    }
    if (condition.equals("TABLE_OR_VIEW_NOT_FOUND")) {
      return new IllegalArgumentException(
          "%s: Spark has no table '%s'; give its name, as in shop.events, and --conf for the catalogue that it is in"
              .formatted(flag, received),
          refused);
    }
    if (condition.equals("DATA_SOURCE_NOT_FOUND")) {
      return new IllegalArgumentException(
          "--format: received '%s'; allowed: %s, or a format of a package that is given before the command, as in --packages io.delta:delta-spark_4.2_2.13:4.4.0"
              .formatted(format, Suggestion.among(format, FORMATS)),
          refused);
    }
    if (condition.equals("UNABLE_TO_INFER_SCHEMA")) {
      return new BadDataException(
          "%s: '%s' holds no file that Spark reads as %s; name the format with --format where it is another"
              .formatted(flag, received, format),
          refused);
    }
    if (condition.startsWith("FAILED_READ_FILE") || condition.startsWith("CANNOT_READ_FILE")) {
      return unreadable(format, of, refused);
    }
    if (causes(refused)
        .map(cause -> String.valueOf(cause.getMessage()))
        .anyMatch(said -> said.matches("(?s)No FileSystem for scheme.*|Class .* not found"))) {
      return new IllegalArgumentException(
          "%s: '%s': nothing here reads such addresses; give Spark the package that does before the command, as --packages org.apache.hadoop:hadoop-aws:3.5.0 for s3a:// (%s)"
              .formatted(flag, received, plain(refused)),
          refused);
    }
    return new IllegalArgumentException(
        "%s: Spark cannot read '%s' as %s: %s".formatted(flag, received, format, plain(refused)),
        refused);
  }

  private static BadDataException unreadable(
      String format, Map<String, String> of, Throwable refused) {
    return new BadDataException(
        "%s is no %s, or it is damaged%s"
            .formatted(
                of.getOrDefault("path", "a file").replaceFirst("^file:/+", "/"),
                format.isEmpty() ? "file that Spark can read" : format + " file",
                format.isEmpty() ? "" : "; name its format with --format where it is another"),
        refused);
  }

  /**
   * Of rows that cannot be read, or of which an expression makes nothing.
   *
   * @param expressions by the option that has them
   * @return empty where Spark says nothing that a person could mend by options or files
   */
  static Optional<RuntimeException> ofRows(Throwable refused, Map<String, String> expressions) {
    if (condition(refused).isEmpty()) {
      return Optional.empty();
    }
    SparkThrowable found = condition(refused).get();
    String condition = found.getCondition();
    Map<String, String> of = found.getMessageParameters();
    if (condition.startsWith("FAILED_READ_FILE")) {
      return Optional.of(unreadable("", of, refused));
    }
    if (condition.contains("DATETIME_PATTERN")) {
      return Optional.of(
          new IllegalArgumentException(
              "--time-format: received '%s'; allowed: a datetime pattern of Spark, as dd/MM/yyyy HH:mm:ss"
                  .formatted(bare(of.get("pattern"))),
              refused));
    }
    String fragment =
        Arrays.stream(found.getQueryContext())
            .map(SparkRefusal::fragment)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse("");
    // Of those that stand in what Spark names, the longest is all of it.
    Optional<Map.Entry<String, String>> which =
        expressions.entrySet().stream()
            .filter(each -> !fragment.isEmpty())
            .filter(
                each -> each.getValue().contains(fragment) || fragment.contains(each.getValue()))
            .max(Comparator.comparingInt(each -> each.getValue().length()));
    if (which.isEmpty()) {
      return Optional.empty();
    }
    String option = which.get().getKey();
    String expression = which.get().getValue();
    String value = of.getOrDefault("expression", "").replaceAll("^'|'$", "");
    String told =
        condition.equals("CAST_INVALID_INPUT")
            ? SqlWords.noValue(value, "", bare(of.get("targetType")))
            : condition.equals("DIVIDE_BY_ZERO")
                ? SqlWords.dividesByZero(expression.contains(fragment) ? fragment : expression)
                : words(said(found));
    boolean literal = !value.isEmpty() && expression.contains("'" + value + "'");
    return Optional.of(
        literal
            ? new IllegalArgumentException("%s: %s".formatted(option, told), refused)
            : new BadDataException("%s fails on a row: %s".formatted(option, told), refused));
  }

  private static String fragment(QueryContext context) {
    try {
      return context.fragment();
    } catch (UnsupportedOperationException none) {
      return null;
    }
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(50);
  }

  /** The first in a chain of causes that Spark has a name for. */
  private static Optional<SparkThrowable> condition(Throwable failure) {
    return causes(failure)
        .filter(SparkThrowable.class::isInstance)
        .map(SparkThrowable.class::cast)
        .filter(each -> each.getCondition() != null)
        .findFirst();
  }

  /** Whether Spark itself failed, and not a check of ours that tells of it. */
  static boolean isOfSpark(Throwable failure) {
    return failure instanceof SparkThrowable || condition(failure).isPresent() && !isOurs(failure);
  }

  private static boolean isOurs(Throwable failure) {
    return failure instanceof IllegalArgumentException
        || failure instanceof BadDataException
        || failure instanceof IOException;
  }

  /**
   * What the innermost cause of a failure says: what Spark says of it begins with the stage, the
   * task and the machine.
   */
  static String plain(Throwable failure) {
    Throwable innermost =
        causes(failure)
            .filter(cause -> cause.getMessage() != null && !cause.getMessage().isBlank())
            .reduce((outer, inner) -> inner)
            .orElse(failure);
    String words = words(said(innermost));
    // Some say a path alone.
    return words.contains(" ") ? words : innermost.getClass().getSimpleName() + ": " + words;
  }

  private static String said(Object failure) {
    return String.valueOf(((Throwable) failure).getMessage());
  }

  /** The first line of a message, without codes, and where the task ran. */
  private static String words(String said) {
    String message = said.strip();
    String line = message.lines().findFirst().orElse(message);
    String text =
        line.replaceFirst("^.*Lost task [^:]*: ([a-z]+[.][\\w.$]+: )?", "")
            .replaceFirst("^\\[[A-Z0-9_.]+\\] ?", "")
            .replaceFirst(";?\\s*SQLSTATE: [0-9A-Z]+;?.*$", "")
            .strip();
    return BadRow.shortened(text.endsWith(".") ? text.substring(0, text.length() - 1) : text);
  }

  private static String type(String sql) {
    return SqlWords.type(bare(sql));
  }

  /** A name or an expression without the quotes that Spark puts around it. */
  private static String bare(String text) {
    return text == null ? "it" : text.replaceAll("^[\"'`]|[\"'`]$", "").replace("`.`", ".");
  }
}
