package dev.twotower.trainer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Holds the tables of a page against stored result files. A table is marked by the line above it,
 * {@code <!-- results: NAME.tsv .. -->}. Each of its rows needs a row in one of the files that has
 * all of its numbers, rounded as they are written in the page, and all that it puts in backticks. A
 * table of other things is marked {@code <!-- no results: WHY -->}.
 *
 * @param faults what is wrong, one line each
 * @param files names of the result files that the page refers to
 */
record ResultTables(List<String> faults, List<String> files) {
  private static final Pattern MARK = Pattern.compile("<!-- results: ([^>]*[^> ]) *-->");
  private static final Pattern OTHER = Pattern.compile("<!-- no results: [^>]*-->");
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");

  /** Not part of a name such as ml-100k or recall@20; thousands may be set apart by commas. */
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\w@:/.-])[+-]?(?:\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?|\\.\\d+)(?!\\w)");

  /**
   * Checks a page.
   *
   * @param name of the page, for messages
   * @param page its lines
   * @param stored the lines of a result file by its name; null where there is none
   */
  static ResultTables of(String name, List<String> page, Function<String, List<String>> stored) {
    List<String> faults = new ArrayList<>();
    List<String> files = new ArrayList<>();
    boolean marks = page.stream().anyMatch(line -> MARK.matcher(line).matches());
    for (int at = 0; at < page.size(); at++) {
      if (!starts(page, at)) {
        continue;
      }
      String above = above(page, at);
      List<String> rows = page.subList(at, at + length(page, at));
      Matcher mark = MARK.matcher(above);
      if (mark.matches()) {
        List<String> named = List.of(mark.group(1).split(" +"));
        files.addAll(named);
        rows(named, stored, rows, "%s:%d".formatted(name, at + 1), faults);
      } else if (marks && !OTHER.matcher(above).matches() && measured(rows)) {
        faults.add(
            "%s:%d: a table with numbers and no result file; put '<!-- results: NAME.tsv -->' or '<!-- no results: WHY -->' above it"
                .formatted(name, at + 1));
      }
    }
    return new ResultTables(List.copyOf(faults), List.copyOf(files));
  }

  private static void rows(
      List<String> named,
      Function<String, List<String>> stored,
      List<String> rows,
      String place,
      List<String> faults) {
    List<String> known = new ArrayList<>();
    for (String file : named) {
      List<String> lines = stored.apply(file);
      if (lines == null) {
        faults.add("%s: docs/results/%s is missing".formatted(place, file));
      } else {
        lines.stream().filter(line -> !line.startsWith("#")).forEach(known::add);
      }
    }
    // The first two lines are the header and its rule.
    for (String row : rows.subList(Math.min(2, rows.size()), rows.size())) {
      if (known.stream().noneMatch(line -> holds(line, row))) {
        faults.add("%s: no row of %s has all of: %s".formatted(place, named, row));
      }
    }
  }

  /** Whether a stored row has everything that a row of a table says. */
  static boolean holds(String stored, String row) {
    List<BigDecimal> values = numbers(stored).map(ResultTables::value).toList();
    String text = CODE.matcher(row).replaceAll(" ");
    return CODE.matcher(row).results().allMatch(code -> stored.contains(code.group(1)))
        && numbers(text).allMatch(shown -> values.stream().anyMatch(v -> rounds(v, shown)));
  }

  static boolean rounds(BigDecimal value, String shown) {
    BigDecimal written = value(shown);
    BigDecimal half = BigDecimal.ONE.movePointLeft(written.scale()).divide(BigDecimal.valueOf(2));
    return value.subtract(written).abs().compareTo(half) <= 0
        && (value.scale() >= written.scale() || value.compareTo(written) == 0);
  }

  static Stream<String> numbers(String text) {
    return NUMBER.matcher(text).results().map(MatchResult::group);
  }

  static BigDecimal value(String number) {
    return new BigDecimal(number.replace(",", ""));
  }

  /** Whether a table shows anything but counts. */
  private static boolean measured(List<String> rows) {
    return rows.stream()
        .flatMap(row -> numbers(CODE.matcher(row).replaceAll(" ")))
        .anyMatch(number -> number.contains("."));
  }

  private static boolean starts(List<String> page, int at) {
    return page.get(at).startsWith("|") && (at == 0 || !page.get(at - 1).startsWith("|"));
  }

  private static int length(List<String> page, int at) {
    int length = 0;
    while (at + length < page.size() && page.get(at + length).startsWith("|")) {
      length++;
    }
    return length;
  }

  /** The last line with text above a table. */
  private static String above(List<String> page, int at) {
    int before = at - 1;
    while (before > 0 && page.get(before).isBlank()) {
      before--;
    }
    return before < 0 ? "" : page.get(before).strip();
  }
}
