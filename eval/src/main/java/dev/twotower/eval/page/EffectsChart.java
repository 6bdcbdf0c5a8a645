package dev.twotower.eval.page;

import static java.util.Comparator.comparingDouble;

import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.stats.Interval;
import java.util.List;
import java.util.Locale;

/**
 * The arms against the first on one scale: an interval, the margin, a verdict and a speed for each.
 * Drawn with elements of the page, so that it fits every width and prints as it looks.
 */
final class EffectsChart {
  /** More than this do not fit the first screen. */
  private static final int SHOWN = 6;

  /** A label of an end needs this share of the scale between it and 0. */
  private static final double NEAR = 0.2;

  private final Report report;
  private final List<Report.Pair> pairs;
  private final boolean layouts;
  private final double low;
  private final double high;

  private EffectsChart(Report report, List<Report.Pair> pairs) {
    this.report = report;
    this.pairs = pairs;
    this.layouts =
        report.arms().stream().map(arm -> List.of(arm.layout(), arm.masks())).distinct().count()
            > 1;
    double edge = 2 * report.margin();
    double least = -edge;
    double most = edge;
    for (Report.Pair pair : pairs) {
      Interval ends = pair.shownRelative().orElseThrow();
      least = Math.min(least, ends.low());
      most = Math.max(most, ends.high());
    }
    this.low = least;
    this.high = most;
  }

  /**
   * The chart; empty where no arm has a difference to show.
   *
   * @param answer the arm that is shown whatever else is, by name
   */
  static String of(Report report, String answer) {
    List<Report.Pair> all =
        report.headlinePairs().stream()
            .filter(pair -> pair.b().equals(report.reference().name()))
            .filter(pair -> pair.shownRelative().isPresent())
            .toList();
    List<Report.Pair> best =
        all.stream()
            .sorted(
                comparingDouble(
                    pair -> pair.a().equals(answer) ? -Double.MAX_VALUE : -pair.difference()))
            .limit(SHOWN)
            .toList();
    List<Report.Pair> shown = all.stream().filter(best::contains).toList();
    return shown.isEmpty() ? "" : new EffectsChart(report, shown).html(all.size());
  }

  private String html(int all) {
    StringBuilder rows = new StringBuilder();
    pairs.forEach(pair -> rows.append(row(pair)));
    String left =
        all > pairs.size()
            ? " The %d arms with the highest means of %d.".formatted(pairs.size(), all)
            : "";
    return """
    <figure class="effects"><figcaption>Difference in %s from %s, with the interval it is judged by (its level is in the numbers under Differences); the band is the margin of %s.%s</figcaption>
    <ul>%s</ul>
    <div class="scale" aria-hidden="true"><span></span><span class="ends"><span>%s</span><span class="zero" style="left:%s">0</span>%s</span><span></span></div></figure>\
    """
        .formatted(
            Html.escape(report.metric()),
            layouts
                ? LayoutWords.layout(report.reference().layout())
                : "<code>" + Html.name(report.reference().name()) + "</code>",
            Numbers.percent(report.margin()),
            left,
            rows,
            low < -NEAR * (high - low) ? Numbers.signedPercent(low) : "",
            at(0),
            high > NEAR * (high - low) ? "<span>" + Numbers.signedPercent(high) + "</span>" : "");
  }

  private String row(Report.Pair pair) {
    Report.Arm arm = report.arm(pair.a()).orElseThrow();
    Interval ends = pair.shownRelative().orElseThrow();
    double speed = arm.examplesPerSecond() / report.reference().examplesPerSecond();
    return """
    <li><span class="who">%s <code>%s</code></span><span class="track" aria-hidden="true"><span class="margin" style="left:%s;width:%s"></span><span class="zero" style="left:%s"></span><span class="bar %s" style="left:%s;width:%s"></span><span class="dot %s" style="left:%s"></span></span><span class="what"><span>%s %s</span><span class="ends">%s</span><span>%s × the speed</span></span></li>
    """
        .formatted(
            layouts ? Html.escape(LayoutWords.of(arm, report.reference())) : "",
            Html.name(arm.name()),
            at(-report.margin()),
            width(2 * report.margin()),
            at(0),
            pair.verdict(),
            at(ends.low()),
            width(ends.high() - ends.low()),
            pair.verdict(),
            at(pair.relative()),
            Numbers.signedPercent(pair.relative()),
            Html.verdict(pair).html(),
            Numbers.signedPercent(ends.low()) + " to " + Numbers.signedPercent(ends.high()),
            String.format(Locale.ROOT, "%.1f", speed));
  }

  private String at(double value) {
    return width(value - low);
  }

  private String width(double span) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * span / (high - low));
  }
}
