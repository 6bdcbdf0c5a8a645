package dev.twotower.data.imports;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Words that programs write where there is nothing: as a user or an item, such a word would be
 * thousands of them in one. {@code --null-words} names others, or none.
 */
final class NullWords {
  /** Those of SQL, MySQL and Hive, Python, pandas, R, spreadsheets, Ruby and JavaScript. */
  static final List<String> USUAL =
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
          "<NA>",
          "nil",
          "undefined");

  private static final List<String> INFINITE =
      List.of("inf", "+inf", "-inf", "Inf", "-Inf", "Infinity", "+Infinity", "-Infinity");

  private NullWords() {}

  /** SQL that is true where a text is one of the words, whatever blanks are around it. */
  static String in(String text, Collection<String> words) {
    if (words.isEmpty()) {
      return "FALSE";
    }
    String in = "trim(" + text + ") IN (" + list(words) + ")";
    // Most ids begin with a digit, as no word does: one look at them is enough.
    return words.stream().anyMatch(word -> word.matches("[0-9].*"))
        ? in
        : "CASE WHEN %1$s >= '0' AND %1$s < ':' THEN FALSE ELSE %2$s END".formatted(text, in);
  }

  /** SQL of a text that says nothing about the type of its column: null where it is a word. */
  static String untyped(String text) {
    return "CASE WHEN %1$s IN (%2$s, %3$s) THEN NULL ELSE %1$s END"
        .formatted(text, list(USUAL), list(INFINITE));
  }

  private static String list(Collection<String> words) {
    return words.stream().map(QuerySession::literal).collect(Collectors.joining(", "));
  }
}
