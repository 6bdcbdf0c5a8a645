package dev.twotower.data.imports.columns;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.message.ShellWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the strptime format of texts that are no times as they were to be read. */
public final class TimeForms {
  private static final List<String> DATES =
      List.of(
          "%Y-%m-%d",
          "%Y/%m/%d",
          "%Y.%m.%d",
          "%Y%m%d",
          "%d.%m.%Y",
          "%d/%m/%Y",
          "%m/%d/%Y",
          "%d-%m-%Y",
          "%m-%d-%Y",
          "%m.%d.%Y",
          "%d.%m.%y",
          "%d/%m/%y",
          "%m/%d/%y",
          "%d %b %Y",
          "%b %d, %Y",
          "%b %d %Y",
          "%d-%b-%Y",
          "%d-%b-%y",
          "%d %B %Y",
          "%B %d, %Y");

  private static final List<String> CLOCKS =
      List.of(
          "",
          " %H:%M",
          " %H:%M:%S",
          " %H:%M:%S.%f",
          " %I:%M %p",
          " %I:%M:%S %p",
          "T%H:%M:%S",
          "T%H:%M",
          ", %H:%M",
          ", %H:%M:%S",
          " %H.%M",
          " %H%M%S",
          " %H:%M:%S %z");

  private static final List<String> OTHERS =
      List.of(
          "%a %b %d %H:%M:%S %Y",
          "%a, %d %b %Y %H:%M:%S %Z",
          "%a, %d %b %Y %H:%M:%S %z",
          "%d/%b/%Y:%H:%M:%S %z",
          "%Y%m%d%H%M%S",
          "%Y%m%d%H%M");

  private static final List<String> FORMATS =
      Stream.concat(
              DATES.stream().flatMap(date -> CLOCKS.stream().map(clock -> date + clock)),
              OTHERS.stream())
          // Offsets after such dates are read without a format, but for those that are nowhere.
          .filter(format -> !format.matches("%Y[-/].*%z"))
          .toList();

  /** What a text of each format looks like: digits, letters, spaces and marks in their order. */
  private static final Map<String, Pattern> SHAPES =
      FORMATS.stream().collect(Collectors.toMap(format -> format, TimeForms::shape));

  /** Different values that are tried. */
  private static final int LOOKED_AT = 1_000;

  /** Of these, so many are looked at here: DuckDB takes longer to plan a format than to try it. */
  private static final int SHAPES_OF = 20;

  private TimeForms() {}

  /**
   * What to say of times that cannot be read; begins in the middle of a sentence.
   *
   * @param texts a query of one column, the texts that cannot be read
   * @param given the format they were read by; empty for the usual forms
   * @param column the column as SQL writes it
   * @param some whether other rows could be read
   */
  public static String advice(
      QuerySession session, String texts, Optional<String> given, String column, boolean some) {
    String values =
        "SELECT DISTINCT trim(x) AS v FROM (SELECT * FROM (%s) AS t(x) WHERE x IS NOT NULL LIMIT %d)"
            .formatted(texts, 100 * LOOKED_AT);
    String looked =
        "(SELECT v FROM (%s) ORDER BY hash(v), v LIMIT %d)".formatted(values, LOOKED_AT);
    String misfit =
        given
            .map(format -> "these texts do not fit --time-format " + ShellWord.of(format))
            .orElse("these texts are no dates or times as they are usually written");
    if (given.isPresent()
        && session.number(
                "SELECT count(*) FROM %s WHERE %s IS NULL"
                    .formatted(looked, TimeText.nanos("v", 1)))
            == 0) {
      return misfit
          + (some
              ? "; they are read without it, other rows with it: --column "
                  + ShellWord.of(
                      "time=coalesce(try_strptime(%s, %s), try_cast(%s AS TIMESTAMP))"
                          .formatted(column, QuerySession.literal(given.get()), column))
              : "; they are read without it");
    }
    List<String> fitting = fitting(session, looked);
    if (fitting.isEmpty()) {
      return misfit
          + ", and no format that was tried fits all of them; "
          + (given.isPresent()
              ? "give an expression as --column time=.."
              : "give --time-format, such as '%d.%m.%Y %H:%M' for 31.12.2024 21:45, or an"
                  + " expression as --column time=..");
    }
    String first = fitting.get(0);
    String remedy =
        some
            ? "--column "
                + ShellWord.of(
                    "time=coalesce(%s, try_strptime(%s, %s))"
                        .formatted(
                            given
                                .map(
                                    format ->
                                        "try_strptime(%s, %s)"
                                            .formatted(column, QuerySession.literal(format)))
                                .orElse("try_cast(%s AS TIMESTAMP)".formatted(column)),
                            column,
                            QuerySession.literal(first)))
                + (given.isPresent() ? " without --time-format" : "")
            : "--time-format " + ShellWord.of(first);
    return "%s; %s reads them: %s%s"
        .formatted(
            misfit,
            ShellWord.of(first),
            remedy,
            fitting.contains(swapped(first)) && !swapped(first).equals(first)
                ? ". Day and month cannot be told apart in them: with the month first it is "
                    + ShellWord.of(swapped(first))
                : "");
  }

  /** The formats that read all values. */
  private static List<String> fitting(QuerySession session, String looked) {
    List<String> some = session.texts("SELECT v FROM %s LIMIT %d".formatted(looked, SHAPES_OF));
    List<String> formats = FORMATS.stream().filter(format -> mayRead(format, some)).toList();
    List<String> fitting = new ArrayList<>();
    if (some.isEmpty() || formats.isEmpty()) {
      return fitting;
    }
    session.forEach(
        "SELECT count(*), %s FROM %s"
            .formatted(
                formats.stream()
                    .map(
                        format ->
                            "count(CASE WHEN regexp_matches(v, '[0-9]') THEN try_strptime(v, %s) END)"
                                .formatted(QuerySession.literal(format)))
                    .collect(Collectors.joining(", ")),
                looked),
        row -> {
          for (int f = 0; f < formats.size(); f++) {
            if (row.getLong(f + 2) == row.getLong(1)) {
              fitting.add(formats.get(f));
            }
          }
        });
    return fitting;
  }

  /** Whether all texts have the shape of a format; those that it reads do. */
  static boolean mayRead(String format, List<String> texts) {
    return texts.stream().allMatch(text -> SHAPES.get(format).matcher(text).matches());
  }

  static List<String> formats() {
    return FORMATS;
  }

  private static Pattern shape(String format) {
    StringBuilder shape = new StringBuilder();
    for (int at = 0; at < format.length(); at++) {
      char c = format.charAt(at);
      if (c == '%') {
        shape.append(
            switch (format.charAt(++at)) {
              case 'Y' -> "\\d{1,4}";
              case 'f' -> "\\d{1,9}";
              case 'a', 'b', 'B', 'p' -> "[A-Za-z]+";
              case 'z', 'Z' -> ".+";
              default -> "\\d{1,2}";
            });
      } else {
        shape.append(c == ' ' ? "\\s+" : Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile("\\s*" + shape + "\\s*", Pattern.DOTALL);
  }

  private static String swapped(String format) {
    return format.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m");
  }
}
