package dev.twotower.data.imports.columns;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.message.Received;
import dev.twotower.data.message.Suggestion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why DuckDB refuses an expression, in words for somebody who wrote it in a shell and does not know
 * the engine. What none of them fits stays as the engine says it.
 */
public final class SqlRefusal {
  private static final Pattern KIND = Pattern.compile("^[A-Z][A-Za-z ]*Error: ");
  private static final Pattern NO_FUNCTION =
      Pattern.compile("Scalar Function with name \"?(.+?)\"? does not exist!");

  /** What the engine could not make of a text, and of which column it was, where it says so. */
  private static final Pattern NO_VALUE =
      Pattern.compile(
          "Could not convert string ['\"](.*)['\"] to ['\"]?([A-Z0-9_(), ]+?)['\"]?(?: when casting"
              + " from source column (.+))?$");

  private static final Pattern NO_MOMENT =
      Pattern.compile(
          "(?:invalid (?:timestamp|date|time) field format|(?:timestamp|date|time) field value out"
              + " of range): \"(.*?)\"");

  private static final Map<Pattern, Function<MatchResult, String>> OTHERS = new LinkedHashMap<>();

  static {
    other(
        "cannot contain aggregates|must appear in the GROUP BY",
        found -> SqlWords.rows("it sums over many rows"));
    other(
        "cannot contain window functions", found -> SqlWords.rows("it looks at other rows (OVER)"));
    other(
        "Cannot mix values of type (.+?) and BOOLEAN in COALESCE",
        found -> SqlWords.undecided(found.group(1)));
    other(
        "Cannot compare values of type (.+?) and (?:values of )?type (.+?) - an",
        found ->
            "it compares %s with %s%s"
                .formatted(
                    SqlWords.type(found.group(1)),
                    SqlWords.type(found.group(2)),
                    (found.group(1) + found.group(2)).matches(".*(DATE|TIME).*")
                        ? "; a moment is written TIMESTAMP '2024-01-31 12:00:00'"
                        : ""));
    other(
        "No function matches the given name and argument types '(.+?)\\((.*)\\)'",
        found -> {
          boolean word = found.group(1).matches("[a-z_0-9]+");
          return "%s does not take %s%s"
              .formatted(
                  word ? found.group(1) + "()" : "'" + found.group(1) + "'",
                  types(found.group(2)),
                  remedy(found.group(1), found.group(2)));
        });
    other(
        "Could not parse string \"(.*)\" according to format specifier \"(.*)\"",
        found ->
            "'%s' does not fit the format %s; try_strptime in place of strptime makes such values null"
                .formatted(Received.cut(found.group(1)), found.group(2)));
    other(
        "Failed to parse format specifier (.*?): ",
        found ->
            "'%s' is no format of times; one is written as '%%d/%%m/%%Y %%H:%%M:%%S'"
                .formatted(found.group(1)));
    other(
        "Division by zero in expression (.*?)\\. Use",
        found -> SqlWords.dividesByZero(found.group(1)));
    other(
        "Cannot extract field '(.*)' from expression \"(.*)\" because",
        found ->
            "column %s has no fields, so it has none called '%s'"
                .formatted(found.group(2), found.group(1)));
    other(
        "Unimplemented type for cast \\((.+?) -> (.+?)\\)(?: when casting from source column"
            + " (.+))?",
        found ->
            "%s cannot be made from %s%s"
                .formatted(
                    SqlWords.type(found.group(2)),
                    SqlWords.type(found.group(1)),
                    found.group(1).contains("INT") && found.group(2).matches("DATE|TIMESTAMP.*")
                        ? "; seconds since 1970 are made a time by to_timestamp(%s)"
                            .formatted(found.group(3) == null ? "COLUMN" : found.group(3))
                        : ""));
  }

  private static void other(String message, Function<MatchResult, String> told) {
    OTHERS.put(Pattern.compile(message), told);
  }

  private SqlRefusal() {}

  /**
   * What is wrong with an expression, in the middle of a sentence.
   *
   * @param flag the option that has it, such as {@code --where}
   * @param columns what it may name
   */
  public static String told(
      QuerySession session,
      String flag,
      String expression,
      List<String> columns,
      QuerySession.QueryException refused) {
    String message = refused.getMessage();
    if (message.contains("Referenced column") || message.contains("Referenced table")) {
      Optional<String> names = UnknownNames.told(session, flag, expression, columns);
      if (names.isPresent()) {
        return names.get();
      }
    }
    Matcher function = NO_FUNCTION.matcher(message);
    if (function.find()) {
      List<String> known =
          session.texts("SELECT DISTINCT function_name FROM duckdb_functions() ORDER BY 1");
      return "there is no function %s%s"
          .formatted(Received.quoted(function.group(1)), Suggestion.hint(function.group(1), known));
    }
    return told(message, expression);
  }

  /** The same for what fails on a value. */
  public static String told(String message, String expression) {
    Matcher value = NO_VALUE.matcher(message);
    if (value.find()) {
      return noValue(value, expression);
    }
    Matcher moment = NO_MOMENT.matcher(message);
    if (moment.find()) {
      return "'%s' is no date or time; one is written '2024-01-31' or '2024-01-31 12:00:00'"
          .formatted(Received.cut(moment.group(1)));
    }
    for (Map.Entry<Pattern, Function<MatchResult, String>> each : OTHERS.entrySet()) {
      Matcher found = each.getKey().matcher(message);
      if (found.find()) {
        return each.getValue().apply(found.toMatchResult());
      }
    }
    return KIND.matcher(message).replaceFirst("");
  }

  /** Whether an expression fails because of a text that stands in it, whatever the rows hold. */
  public static boolean isOfLiteral(String message, String expression) {
    for (Pattern pattern : List.of(NO_VALUE, NO_MOMENT)) {
      Matcher found = pattern.matcher(message);
      if (found.find()) {
        return expression.contains(QuerySession.literal(found.group(1)));
      }
    }
    return false;
  }

  private static String noValue(MatchResult found, String expression) {
    String text = found.group(1);
    String type = SqlWords.type(found.group(2));
    if (expression.contains(QuerySession.literal(text))) {
      boolean date = text.matches("\\d{4}-\\d{1,2}-\\d{1,2}.*");
      return "%s stands where %s is needed, and is none%s"
          .formatted(
              QuerySession.literal(Received.cut(text)),
              type,
              date ? "; in seconds since 1970 it is epoch(TIMESTAMP '%s')".formatted(text) : "");
    }
    return SqlWords.noValue(
        text, found.group(3) == null ? "" : " of column " + found.group(3), found.group(2));
  }

  private static String types(String arguments) {
    StringBuilder all = new StringBuilder();
    for (String each : arguments.split(", (?![^(]*\\))")) {
      all.append(all.isEmpty() ? "" : " and ").append(SqlWords.type(each));
    }
    return all.toString();
  }

  /** How numbers and texts become times, and times move. */
  private static String remedy(String function, String arguments) {
    if (function.matches("[+-]") && arguments.matches(".*(TIMESTAMP|DATE).*")) {
      return "; a time is moved by INTERVAL 1 DAY";
    }
    if (function.matches("[-+*/%]") && arguments.contains("VARCHAR")) {
      return "; TRY_CAST(COLUMN AS DOUBLE) makes a number of a text";
    }
    boolean ofTimes =
        function.matches(
            "year|quarter|month|week|day|hour|minute|second|epoch|date_.*|datepart|day(name|ofweek|ofmonth|ofyear)|weekday|isodow|monthname|to_timestamp|strftime|last_day");
    if (!ofTimes) {
      return "";
    }
    return function.equals("to_timestamp") || arguments.contains("VARCHAR")
        ? "; a text is made a time by strptime(COLUMN, '%d/%m/%Y %H:%M'), a number by"
            + " TRY_CAST(COLUMN AS DOUBLE)"
        : "; seconds since 1970 are made a time by to_timestamp(COLUMN)";
  }
}
