package dev.twotower.eval.page;

import dev.twotower.eval.comparison.Report;
import java.util.ArrayList;
import java.util.List;

/** Escapes text for a page, and makes tables of it. */
public final class Html {
  private Html() {}

  /** Escapes text for element content and double-quoted attributes. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** Escapes an arm's or a setting's name, which may be broken between its parts. */
  static String name(String text) {
    return escape(text).replaceAll("([;+/=.])(?=[a-z])", "$1<wbr>");
  }

  /** Escapes a sentence; what is between backquotes is set as code. */
  static String prose(String text) {
    return escape(text).replaceAll("`([^`]+)`", "<code>$1</code>");
  }

  /** Makes JSON safe inside a script element: no byte of it can end the element or open another. */
  public static String escapeJson(String json) {
    return json.replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  /** Markup that is safe to place in a page. */
  record Markup(String html) {}

  /** A coloured word. */
  static Markup verdict(String word) {
    return verdict(word, word);
  }

  /** What is known of a pair, in its verdict's colour. */
  static Markup verdict(Report.Pair pair) {
    return verdict(pair.verdict().toString(), pair.words());
  }

  private static Markup verdict(String colour, String words) {
    return new Markup(
        "<span class=\"verdict-%s\">%s</span>".formatted(escape(colour), escape(words)));
  }

  /**
   * A table; the first column names the row, the others hold numbers or short words. Each cell
   * carries its column's heading, which stands beside it where the page is too narrow for columns.
   */
  static final class Table {
    /** A longer text may take several lines; numbers and intervals never do. */
    private static final int ONE_LINE = 34;

    /** A longer name of a row may take several lines. */
    private static final int SHORT_NAME = 14;

    private final List<String> rows = new ArrayList<>();
    private final String[] headings;

    Table(String... headings) {
      this.headings = headings.clone();
    }

    /** Adds a row of text; only cells that are {@link Markup} enter as they are. */
    Table row(String name, Object... cells) {
      String wide = name.length() > SHORT_NAME ? " class=\"long\"" : "";
      StringBuilder row =
          new StringBuilder("<tr><th scope=\"row\"" + wide + ">" + name(name) + "</th>");
      for (int column = 1; column <= cells.length; column++) {
        Object cell = cells[column - 1];
        String text = cell instanceof Markup markup ? markup.html() : escape(cell.toString());
        row.append("<td data-label=\"")
            .append(escape(headings[column]))
            .append(
                cell instanceof String words && words.length() > ONE_LINE ? "\" class=\"long" : "")
            .append("\">")
            .append(text)
            .append("</td>");
      }
      rows.add(row + "</tr>");
      return this;
    }

    boolean isEmpty() {
      return rows.isEmpty();
    }

    @Override
    public String toString() {
      StringBuilder head = new StringBuilder();
      for (String heading : headings) {
        // A setting's name may be broken at its dots.
        String words = escape(heading).replace(".", ".<wbr>");
        head.append("<th scope=\"col\">").append(words).append("</th>");
      }
      return "<div class=\"scroll\"><button type=\"button\" class=\"csv\" hidden>copy as csv</button><table><thead><tr>%s</tr></thead><tbody>%s</tbody></table></div>"
          .formatted(head, String.join("\n", rows));
    }
  }
}
