package dev.twotower.eval.page;

import dev.twotower.eval.comparison.Numbers;
import java.util.List;

/** What every section is made of: heading, charts, tables and lists. */
final class Section {
  private Section() {}

  /** With its heading, and a sentence or two before what it holds. */
  static String of(String id, String title, String lead, String body) {
    return "<section id=\"%s\"><h2>%s</h2>%s%s</section>"
        .formatted(
            id,
            Html.escape(title),
            lead.isEmpty() ? "" : "<p class=\"lead\">" + Html.escape(lead) + "</p>",
            body);
  }

  /** A place that report-charts.js fills. */
  static String chart(String id, String label) {
    return "<figure><figcaption>%s</figcaption><div class=\"chart\" id=\"%s\" role=\"img\" aria-label=\"%s\"></div></figure>"
        .formatted(Html.escape(label), id, Html.escape(label));
  }

  /** A chart as a table. */
  static String numbers(Html.Table table) {
    return folded("The numbers", table);
  }

  /** A table that opens on demand. */
  static String folded(String title, Html.Table table) {
    return "<details><summary>%s</summary>%s</details>".formatted(Html.escape(title), table);
  }

  static String range(double low, double high) {
    return Numbers.metric(low) + " to " + Numbers.metric(high);
  }

  /** An interval of differences. */
  static String signedRange(double low, double high) {
    return Numbers.signedMetric(low) + " to " + Numbers.signedMetric(high);
  }

  /** The inside of a list. */
  static String items(List<String> texts) {
    StringBuilder items = new StringBuilder();
    texts.forEach(text -> items.append("<li>").append(Html.prose(text)).append("</li>"));
    return items.toString();
  }
}
