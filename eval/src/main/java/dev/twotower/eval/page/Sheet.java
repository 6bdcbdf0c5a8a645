package dev.twotower.eval.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A page for what one command has measured: a headline, questions with their answers, bars, and
 * tables, in the style of the report. All text is plain; what is between backquotes in an answer is
 * set as code.
 */
public final class Sheet {
  private final String title;
  private final String head;
  private final StringBuilder answers = new StringBuilder();
  private final StringBuilder figures = new StringBuilder();
  private final List<String> sections = new ArrayList<>();

  /**
   * A page without anything below its headline yet.
   *
   * @param about what was measured, such as "False negatives in"
   * @param subject of which log or vectors
   * @param headline the result in one sentence
   * @param facts how it was measured
   */
  public Sheet(String about, String subject, String headline, String facts) {
    this.title = about + " " + subject;
    this.head =
        """
        <header>
        <p class="kicker">%s <strong>%s</strong></p>
        <h1>%s</h1>
        <p class="facts">%s</p>
        </header>\
        """
            .formatted(
                Html.escape(about), Html.escape(subject), Html.escape(headline), Html.prose(facts));
  }

  /** Adds a question that the first screen answers. */
  public Sheet answer(String question, String answer) {
    answers.append("<dt>%s</dt><dd>%s</dd>".formatted(Html.escape(question), Html.prose(answer)));
    return this;
  }

  /**
   * One bar of a chart, in one or two parts.
   *
   * @param name what it belongs to
   * @param parts their lengths, at least 0, in the order of the chart's legend
   * @param note the numbers, which stand beside it
   */
  public record Bar(String name, List<Double> parts, String note) {
    public Bar {
      parts = List.copyOf(parts);
    }
  }

  /**
   * Adds a chart of bars on one scale, which begins at 0.
   *
   * @param caption what is shown
   * @param legend what the parts are, one or two
   * @param bars from top to bottom
   */
  public Sheet bars(String caption, List<String> legend, List<Bar> bars) {
    double longest = bars.stream().mapToDouble(Sheet::length).max().orElse(0);
    StringBuilder rows = new StringBuilder();
    for (Bar bar : bars) {
      StringBuilder track = new StringBuilder();
      double from = 0;
      for (int part = 0; part < bar.parts().size(); part++) {
        double width = longest == 0 ? 0 : bar.parts().get(part) / longest;
        track.append(
            "<span class=\"part part-%d\" style=\"left:%s;width:%s\"></span>"
                .formatted(part + 1, percent(from), percent(width)));
        from += width;
      }
      rows.append(
          "<li><span class=\"who\">%s</span><span class=\"track\" aria-hidden=\"true\">%s</span><span class=\"what\">%s</span></li>%n"
              .formatted(Html.escape(bar.name()), track, Html.escape(bar.note())));
    }
    StringBuilder key = new StringBuilder();
    for (int part = 0; part < legend.size(); part++) {
      key.append(
          "<li><span class=\"mark part-%d\"></span>%s</li>"
              .formatted(part + 1, Html.escape(legend.get(part))));
    }
    figures.append(
        "<figure class=\"effects\"><figcaption>%s</figcaption><ul class=\"chart-key\">%s</ul><ul>%s</ul></figure>"
            .formatted(Html.escape(caption), key, rows));
    return this;
  }

  /**
   * A table; the first column names the row.
   *
   * @param headings of the columns
   * @param rows as many cells each
   */
  public record Table(List<String> headings, List<List<String>> rows) {
    public Table {
      headings = List.copyOf(headings);
      rows = rows.stream().map(List::copyOf).toList();
    }

    private String html() {
      Html.Table table = new Html.Table(headings.toArray(String[]::new));
      rows.forEach(row -> table.row(row.get(0), row.subList(1, row.size()).toArray()));
      return table.toString();
    }
  }

  /**
   * Adds a section.
   *
   * @param id its anchor
   * @param lead what a reader must know first; may be empty
   * @param texts sentences below it, as a list
   * @param tables below these
   */
  public Sheet section(
      String id, String heading, String lead, List<String> texts, Table... tables) {
    StringBuilder body = new StringBuilder();
    if (!texts.isEmpty()) {
      body.append("<ul>").append(Section.items(texts)).append("</ul>");
    }
    for (Table table : tables) {
      body.append(table.html());
    }
    sections.add(Section.of(id, heading, lead, body.toString()));
    return this;
  }

  /** The page as text. */
  public String html() {
    String first =
        "<div class=\"answer\">%s%s</div>"
            .formatted(answers.isEmpty() ? "" : "<dl>" + answers + "</dl>", figures);
    return Page.of(
        title,
        "<main>%n%s%n%s%n%s%n</main>".formatted(head, first, String.join("\n", sections)),
        "");
  }

  private static double length(Bar bar) {
    return bar.parts().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * share);
  }
}
