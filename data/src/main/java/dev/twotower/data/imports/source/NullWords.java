package dev.twotower.data.imports.source;

import dev.twotower.data.duckdb.QuerySession;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Words that programs write for null: as a user or an item, such a word would stand for thousands
 * of them. {@code --null-words} names others, or none.
 */
public final class NullWords {
  /**
   * Those of SQL and its clients, MySQL and Hive, Python, pandas, R, spreadsheets, Ruby,
   * JavaScript, logs of web servers (a dash) and the data sets of UCI (a question mark).
   */
  public static final List<String> USUAL =
      List.of(
          "NULL",
          "null",
          "Null",
          "\\N",
          "None",
          "NaN",
          "nan",
          "-nan",
          "NaT",
          "NA",
          "N/A",
          "n/a",
          "#N/A",
          "#NA",
          "#NULL!",
          "#VALUE!",
          "#REF!",
          "#NAME?",
          "#NUM!",
          "#DIV/0!",
          "<NA>",
          "<null>",
          "(null)",
          "[NULL]",
          "-",
          "?",
          "nil",
          "undefined");

  private static final List<String> INFINITE =
      List.of("inf", "+inf", "-inf", "Inf", "-Inf", "Infinity", "+Infinity", "-Infinity");

  private NullWords() {}

  /** SQL that is true where a text is one of the words, whatever blanks are around it. */
  public static String in(String text, Collection<String> words) {
    return words.isEmpty() ? "FALSE" : among("trim(" + text + ")", words);
  }

  /**
   * A place in a list, since DuckDB makes a join of IN and of list_contains, which every row goes
   * through whatever was asked before.
   */
  private static String among(String text, Collection<String> words) {
    return "coalesce(list_position([" + list(words) + "], " + text + "), 0) > 0";
  }

  /**
   * SQL that is true of most ids at the cost of two comparisons, and never of a blank text or of
   * one of the words: the text begins with a digit or a Latin letter, and not as a word does.
   */
  public static String none(String text, Collection<String> words) {
    TreeSet<String> starts = new TreeSet<>();
    words.stream()
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .forEach(word -> starts.add(word.substring(0, word.matches("[ -~]{2}.*") ? 2 : 1)));
    List<String> ranges = new ArrayList<>();
    for (String[] range : new String[][] {{"0", ":"}, {"A", "["}, {"a", "{"}}) {
      String from = range[0];
      for (String start : starts.subSet(range[0], range[1])) {
        addRange(ranges, text, from, start);
        int last = start.length() - 1;
        String after = start.substring(0, last) + (char) (start.charAt(last) + 1);
        from = after.compareTo(from) > 0 ? after : from;
      }
      addRange(ranges, text, from, range[1]);
    }
    return "(" + String.join(" OR ", ranges) + ")";
  }

  private static void addRange(List<String> ranges, String text, String from, String to) {
    if (from.compareTo(to) < 0) {
      ranges.add(
          "%1$s >= %2$s AND %1$s < %3$s"
              .formatted(text, QuerySession.literal(from), QuerySession.literal(to)));
    }
  }

  /** SQL of a text that says nothing about the type of its column: null where it is a word. */
  public static String untyped(String text) {
    List<String> words = new ArrayList<>(USUAL);
    words.addAll(INFINITE);
    return "CASE WHEN %s THEN NULL ELSE %s END".formatted(among(text, words), text);
  }

  private static String list(Collection<String> words) {
    return words.stream().map(QuerySession::literal).collect(Collectors.joining(", "));
  }
}
