package dev.twotower.data.imports.csv;

import dev.twotower.data.imports.source.BadRow;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A quote that opens in a csv line and is not closed there, so that the record continues over lines
 * that are records themselves, up to the next quote or the file's end.
 *
 * @param lines the record's lines, the one with the quote first
 */
record OpenQuote(List<String> lines) {
  static final String REASON = "malformed line (a quote opens in it and is not closed)";
  static final String SWALLOWED = "line swallowed by an open quote in an earlier line";

  /**
   * The open quote of a malformed record; null where it has none. A field may well hold line
   * breaks; it is taken for an open quote where what closes it is followed by more of the field, or
   * in which each line by itself has the number of fields of a record.
   */
  static OpenQuote in(String record, String delimiter, int columns) {
    List<String> lines = record.lines().toList();
    if (lines.size() < 2
        || wellQuoted(record.stripTrailing(), delimiter)
            && !lines.stream().allMatch(line -> fields(line, delimiter) == columns)) {
      return null;
    }
    return new OpenQuote(lines);
  }

  private static int fields(String line, String delimiter) {
    return CsvHead.fields(line, delimiter, false).size();
  }

  /** Whether every quoted field ends where its quotes do (RFC 4180). */
  private static boolean wellQuoted(String record, String delimiter) {
    boolean start = true;
    int at = 0;
    while (at < record.length()) {
      if (start && record.charAt(at) == '"') {
        at = end(record, at + 1);
        if (at < 0 || at < record.length() && !record.startsWith(delimiter, at)) {
          return false;
        }
        start = false;
      } else if (record.startsWith(delimiter, at)) {
        at += delimiter.length();
        start = true;
      } else {
        at++;
        start = false;
      }
    }
    return true;
  }

  /** The place after the quote that closes a field; -1 without one. */
  private static int end(String record, int from) {
    int at = from;
    while (at < record.length()) {
      if (record.charAt(at) != '"') {
        at++;
      } else if (record.startsWith("\"\"", at)) {
        at += 2;
      } else {
        return at + 1;
      }
    }
    return -1;
  }

  /** The line with the quote, and the lines it swallows, for the number of the former. */
  String text(long line) {
    long last = line + lines.size() - 1;
    String others = last == line + 1 ? "line " + last : "lines %d to %d".formatted(line + 1, last);
    return "%s (swallows %s)".formatted(BadRow.shortened(lines.get(0)), others);
  }

  /** The lines after it that hold anything, by their numbers. */
  Map<Long, String> swallowed(long line) {
    Map<Long, String> swallowed = new TreeMap<>();
    for (int i = 1; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        swallowed.put(line + i, BadRow.shortened(lines.get(i)));
      }
    }
    return swallowed;
  }
}
