package dev.twotower.eval.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A chart of lines as SVG, drawn without a script: for pages that are read, not explored. */
final class LineChart {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 320;
  private static final int LEFT = 76;
  private static final int RIGHT = 12;
  private static final int TOP = 10;
  private static final int BOTTOM = 52;
  private static final int TICKS = 5;

  /** Okabe and Ito's palette, which colour-blind readers can tell apart too. */
  static final List<String> COLOURS =
      List.of(
          "var(--c1)",
          "var(--c2)",
          "var(--c3)",
          "var(--c4)",
          "var(--c5)",
          "var(--c6)",
          "var(--c8)");

  /** For lines that only show what there is. */
  static final String FAINT = "var(--faint)";

  /** For the line that others are compared with. */
  static final String REFERENCE = "var(--ink)";

  private final String label;
  private final String x;
  private final String y;
  private final List<Line> lines = new ArrayList<>();

  /** A point of a line. */
  record At(double x, double y) {}

  private record Line(String name, String colour, List<At> points) {}

  /**
   * A chart without lines.
   *
   * @param label what it shows
   * @param x name of the axis
   * @param y name of the axis
   */
  LineChart(String label, String x, String y) {
    this.label = label;
    this.x = x;
    this.y = y;
  }

  /** Adds a line; an empty name keeps it out of the key. */
  void line(String name, String colour, List<At> points) {
    if (!points.isEmpty()) {
      lines.add(new Line(name, colour, points));
    }
  }

  /** The figure; empty where there are no lines. */
  @Override
  public String toString() {
    if (lines.isEmpty()) {
      return "";
    }
    Axis across = axis(At::x, true);
    Axis up = axis(At::y, false);
    StringBuilder svg = new StringBuilder();
    for (double tick : up.ticks()) {
      double at = placeUp(up, tick);
      svg.append(stroke(LEFT, at, WIDTH - RIGHT, at));
      svg.append(text(LEFT - 8, at + 4, "end", number(tick)));
    }
    for (double tick : across.ticks()) {
      svg.append(text(placeAcross(across, tick), HEIGHT - BOTTOM + 20, "middle", number(tick)));
    }
    svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", x));
    for (Line line : lines) {
      StringBuilder points = new StringBuilder();
      for (At at : line.points()) {
        points.append(
            String.format(
                Locale.ROOT, "%.1f,%.1f ", placeAcross(across, at.x()), placeUp(up, at.y())));
      }
      svg.append(
          "<polyline fill=\"none\" style=\"stroke:%s\" stroke-width=\"%s\" points=\"%s\"><title>%s</title></polyline>"
              .formatted(
                  line.colour(),
                  line.colour().equals(FAINT) ? "1" : "2",
                  points.toString().trim(),
                  Html.escape(line.name())));
    }
    return "<figure><figcaption>%s (%s)</figcaption>%s<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" class=\"lines\" font-size=\"12\">%s</svg></figure>"
        .formatted(
            Html.escape(label), Html.escape(y), key(), WIDTH, HEIGHT, Html.escape(label), svg);
  }

  private String key() {
    StringBuilder key = new StringBuilder("<ul class=\"chart-key\">");
    for (Line line : lines) {
      if (!line.name().isEmpty()) {
        key.append("<li><span class=\"mark\" style=\"background:")
            .append(line.colour())
            .append("\"></span>")
            .append(Html.escape(line.name()))
            .append("</li>");
      }
    }
    return key.append("</ul>").toString();
  }

  /** Ends and ticks of an axis, on whole steps of 1, 2 or 5 times a power of ten. */
  private record Axis(double low, double high, List<Double> ticks) {}

  private Axis axis(ToDoubleFunction<At> of, boolean fromZero) {
    double low =
        lines.stream().flatMap(line -> line.points().stream()).mapToDouble(of).min().orElse(0);
    double high =
        lines.stream().flatMap(line -> line.points().stream()).mapToDouble(of).max().orElse(1);
    low = fromZero ? 0 : low;
    if (high <= low) {
      high = low + Math.max(1e-9, Math.abs(low));
    }
    double raw = (high - low) / TICKS;
    double unit = Math.pow(10, Math.floor(Math.log10(raw)));
    double step =
        raw <= unit ? unit : raw <= 2 * unit ? 2 * unit : raw <= 5 * unit ? 5 * unit : 10 * unit;
    long first = (long) Math.floor(low / step);
    long last = (long) Math.ceil(high / step);
    List<Double> ticks = new ArrayList<>();
    for (long tick = first; tick <= last; tick++) {
      ticks.add(tick * step);
    }
    return new Axis(first * step, last * step, ticks);
  }

  private static double placeAcross(Axis axis, double value) {
    return LEFT + (value - axis.low()) / (axis.high() - axis.low()) * (WIDTH - LEFT - RIGHT);
  }

  private static double placeUp(Axis axis, double value) {
    double share = (value - axis.low()) / (axis.high() - axis.low());
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  }

  private static String stroke(double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"rule\"/>",
        x1,
        y1,
        x2,
        y2);
  }

  private static String text(double x, double y, String anchor, String text) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        x,
        y,
        anchor,
        Html.escape(text));
  }

  /** 12 rather than 12.0, 0.05 rather than 0.05000000001. */
  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.6f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}
