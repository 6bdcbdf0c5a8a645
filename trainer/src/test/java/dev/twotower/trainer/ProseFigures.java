package dev.twotower.trainer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Holds the figures in a page's sentences, and in what it shows of a terminal, against stored
 * result files. A paragraph with figures has a line above it, which no reader sees: {@code <!--
 * figures: NAME.tsv .. -->} if each of them is, as rounded in the page, in one of the files, or
 * {@code <!-- no figures: WHY -->} if none was measured. A figure is a number with decimals, or
 * before a unit or a percent sign.
 *
 * @param faults what is wrong, one line each
 * @param files names of the result files that the page refers to
 */
record ProseFigures(List<String> faults, List<String> files) {
  private static final Pattern MARK = Pattern.compile("<!-- figures: ([^>]*[^> ]) *-->");
  private static final Pattern OTHER = Pattern.compile("<!-- no figures: [^>]{10,}-->");
  private static final Pattern CODE = Pattern.compile("`[^`]*`|\\]\\([^)]*\\)");
  private static final String FENCE = "```";
  private static final String OUTPUT = FENCE + "text";

  private static final String WHOLE = "(?:\\d{1,3}(?:,\\d{3})+|\\d+)";
  private static final String UNIT =
      "%|ms\\b|s\\b|seconds\\b|minutes\\b|[KMG]i?B\\b|times\\b|(?:percentage )?points\\b";
  private static final Pattern FIGURE =
      Pattern.compile(
          "(?<![\\w@:/.^-])[+-]?(?:(?:%1$s)?\\.\\d+|%1$s(?= ?(?:%2$s)))(?![\\w.]*\\w)"
              .formatted(WHOLE, UNIT));

  /** Levels and margins of the method, which nobody measures: 95 % intervals, within 1 %. */
  private static final Pattern METHOD = Pattern.compile("(?<![\\d.,+-])(?:95|1) ?%");

  /**
   * Checks a page.
   *
   * @param name of the page, for messages
   * @param page its lines
   * @param stored the lines of a result file by its name; null where there is none
   */
  static ProseFigures of(String name, List<String> page, Function<String, List<String>> stored) {
    List<String> faults = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (int at = 0; at < page.size(); ) {
      int end = end(page, at);
      List<String> figures = figures(page.subList(at, end));
      String above = at == 0 ? "" : page.get(at - 1).strip();
      Matcher mark = MARK.matcher(above);
      String place = "%s:%d".formatted(name, at + 1);
      if (mark.matches()) {
        List<String> named = List.of(mark.group(1).split(" +"));
        files.addAll(named);
        check(place, figures, named, stored, faults);
      } else if (!figures.isEmpty() && !OTHER.matcher(above).matches()) {
        faults.add(
            "%s: figures without a result file: %s; put '<!-- figures: NAME.tsv -->' or '<!-- no figures: WHY -->' above it"
                .formatted(place, figures));
      }
      at = end;
    }
    return new ProseFigures(List.copyOf(faults), List.copyOf(files));
  }

  private static void check(
      String place,
      List<String> figures,
      List<String> named,
      Function<String, List<String>> stored,
      List<String> faults) {
    if (figures.isEmpty()) {
      faults.add(place + ": a mark above a paragraph without figures");
    }
    List<BigDecimal> known = new ArrayList<>();
    for (String file : named) {
      List<String> lines = stored.apply(file);
      if (lines == null) {
        faults.add("%s: docs/results/%s is missing".formatted(place, file));
      } else {
        lines.stream()
            .filter(line -> !line.startsWith("#"))
            .flatMap(line -> Arrays.stream(line.split("\t")))
            .flatMap(ResultTables::numbers)
            .map(ResultTables::value)
            .forEach(known::add);
      }
    }
    for (String figure : figures) {
      boolean signed = figure.startsWith("+") || figure.startsWith("-");
      if (known.stream()
          .noneMatch(value -> ResultTables.rounds(signed ? value : value.abs(), figure))) {
        faults.add("%s: %s is not in %s".formatted(place, figure, named));
      }
    }
  }

  /** The figures of a paragraph or of a terminal's output. */
  static List<String> figures(List<String> lines) {
    if (lines.get(0).startsWith(FENCE) && !lines.get(0).equals(OUTPUT)) {
      return List.of();
    }
    Stream<String> prose =
        lines.stream().filter(line -> !line.matches("(?:\\||<|#|!\\[|    |" + FENCE + ").*"));
    String text = CODE.matcher(String.join(" ", prose.toList())).replaceAll(" ");
    return FIGURE
        .matcher(METHOD.matcher(text).replaceAll(" "))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  /** The line after a paragraph, a block, a mark or an empty line. */
  private static int end(List<String> page, int at) {
    String first = page.get(at);
    int end = at + 1;
    if (first.startsWith(FENCE)) {
      while (end < page.size() && !page.get(end).startsWith(FENCE)) {
        end++;
      }
      return Math.min(page.size(), end + 1);
    }
    if (first.isBlank() || first.startsWith("<!--")) {
      return end;
    }
    while (end < page.size()
        && !page.get(end).isBlank()
        && !page.get(end).startsWith("<!--")
        && !page.get(end).startsWith(FENCE)) {
      end++;
    }
    return end;
  }
}
