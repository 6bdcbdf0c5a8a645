package dev.twotower.eval.page;

import dev.twotower.data.message.Amount;
import dev.twotower.eval.comparison.ArmNames;
import dev.twotower.eval.comparison.Causes;
import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.SharedSettings;
import dev.twotower.eval.stats.Estimate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The page's sections in reading order: the verdict first, how it was made last. */
final class Sections {
  /** More lines or bars than this in one chart cannot be told apart. */
  static final int READABLE_ARMS = 8;

  /** More warnings than these are folded, so that the arms come into view. */
  private static final int FIRST_WARNINGS = 6;

  private final Report report;

  private final String shared;

  private final LargeStudy study;

  private final List<Causes.Chain> causes;

  Sections(Report full) {
    this.study = LargeStudy.of(full);
    this.report = SharedSettings.without(study.report());
    this.causes = Causes.of(SharedSettings.without(full));
    this.shared = SharedSettings.of(full);
  }

  /** What the page shows, with the arms' names as it shows them. */
  Report report() {
    return report;
  }

  String all() {
    return String.join(
        "\n",
        head(),
        warnings(),
        ArmsSection.of(report, ArmNames.of(study.report(), report)),
        CausesSection.of(causes, report.metric()),
        TradeOffSection.of(report),
        DifferencesSection.of(report, study.pairs()),
        FalseNegativesSection.of(report),
        curves(),
        slices(),
        metrics(),
        method(),
        settings());
  }

  private String head() {
    Optional<ShortAnswer> answer = ShortAnswer.of(report);
    return """
    <header>
    <p class="kicker">%s on <strong>%s</strong></p>
    <h1>%s</h1>
    %s<p class="facts">%s on the %s split, whole catalogue ranked%s, %s (%s); intervals cover %s at 95&nbsp;%%.%s</p>
    </header>\
    """
        .formatted(
            Subject.of(report),
            Html.escape(report.dataset()),
            Html.escape(answer.map(ShortAnswer::headline).orElseGet(() -> Headline.of(report))),
            answered(answer),
            Html.escape(report.metric()),
            Html.escape(report.split()),
            report.ranking().map(words -> ", " + Html.escape(words)).orElse(""),
            Amount.of(report.seeds().size(), "seed"),
            Html.escape(String.join(", ", report.seeds().stream().map(String::valueOf).toList())),
            report.seeds().size() == 1 ? "users alone" : "seeds and users",
            shared.isEmpty() ? "" : " All arms with <code>" + Html.escape(shared) + "</code>.");
  }

  /** The questions with their answers, and the one chart that shows them. */
  private String answered(Optional<ShortAnswer> answer) {
    List<ShortAnswer.Part> all =
        answer.map(ShortAnswer::parts).orElseGet(() -> SettingsAnswer.of(report));
    if (all.isEmpty()) {
      return "";
    }
    StringBuilder parts = new StringBuilder("<div class=\"answer\"><dl>");
    for (ShortAnswer.Part part : all) {
      parts
          .append("<dt>")
          .append(Html.escape(part.question()))
          .append("</dt><dd>")
          .append(Html.escape(part.answer()))
          .append("</dd>");
    }
    return parts.append("</dl>")
        + EffectsChart.of(report, answer.map(ShortAnswer::arm).orElse(""))
        + "</div>\n";
  }

  private String warnings() {
    if (report.warnings().isEmpty()) {
      return "";
    }
    List<String> first =
        report.warnings().subList(0, Math.min(FIRST_WARNINGS, report.warnings().size()));
    List<String> others = report.warnings().subList(first.size(), report.warnings().size());
    return "<section class=\"warnings\" aria-label=\"Warnings\"><h2>Before you believe it</h2><ul>%s</ul>%s</section>"
        .formatted(
            Section.items(first),
            others.isEmpty()
                ? ""
                : "<details><summary>%s</summary><ul>%s</ul></details>"
                    .formatted(Amount.of(others.size(), "more", "more"), Section.items(others)));
  }

  private String curves() {
    Html.Table table =
        new Html.Table("arm", "seed", "step", "seconds", report.metric(), "training loss");
    for (Report.Arm arm : report.arms()) {
      for (Report.Curve curve : arm.curves()) {
        for (Report.Point point : curve.points()) {
          table.row(
              arm.name(),
              String.valueOf(curve.seed()),
              Numbers.whole(point.step()),
              Numbers.oneDecimal(point.seconds()),
              Numbers.metric(point.value()),
              point.loss() == null ? "–" : Numbers.metric(point.loss()));
        }
      }
    }
    if (table.isEmpty()) {
      return "";
    }
    boolean lines =
        report.arms().stream()
            .flatMap(arm -> arm.curves().stream())
            .anyMatch(curve -> curve.points().size() > 1);
    return Section.of(
        "curves",
        "Learning curves",
        report.metric()
            + " on the "
            + report.chosenOn()
            + " split"
            + (lines
                ? ", a line for each seed."
                : ": each run was evaluated once while it trained, so there is no curve to draw.")
            + (study.curves() == 0
                ? drawn()
                : " The first arm and the %d others with the highest %s; report.json holds the other %s."
                    .formatted(
                        READABLE_ARMS - 1, report.metric(), Amount.of(study.curves(), "arm")))
            + (study.every() == 1 ? "" : " One evaluation in %d.".formatted(study.every())),
        (lines
                ? "<div class=\"pair\">"
                    + Section.chart("curve-steps", report.metric() + " against optimiser steps")
                    + Section.chart(
                        "curve-seconds", report.metric() + " against seconds in training steps")
                    + "</div>"
                : "")
            + Section.numbers(table));
  }

  private String slices() {
    Html.Table table = new Html.Table("slice", "arm", "users", "items", report.metric());
    for (Report.Arm arm : report.arms()) {
      for (Report.Slice slice : arm.slices()) {
        Double value = slice.metrics().get(report.metric());
        if (value != null) {
          table.row(
              slice.name(),
              arm.name(),
              Numbers.whole(slice.users()),
              Numbers.whole(slice.items()),
              Numbers.metric(value));
        }
      }
    }
    if (table.isEmpty()) {
      return "";
    }
    return Section.of(
        "slices",
        "Slices",
        "Head, mid and tail items each carry a third of the training rows, cold items none. Light"
            + " users have at most the median number of training rows, new users none."
            + drawn(),
        Section.chart("slices-chart", report.metric() + " by slice and arm")
            + Section.numbers(table));
  }

  /**
   * Which arms the charts hold that have a line or bars for each; report-charts.js chooses them so.
   */
  private String drawn() {
    return report.arms().size() > READABLE_ARMS
        ? " The chart shows the first arm and the %d others with the highest %s; the table below has all arms."
            .formatted(READABLE_ARMS - 1, report.metric())
        : "";
  }

  private String metrics() {
    Html.Table table = new Html.Table("metric", "arm", "mean", "95 % interval", "by seed");
    for (String metric : report.reference().metrics().keySet()) {
      for (Report.Arm arm : report.arms()) {
        Estimate estimate = arm.metrics().get(metric);
        if (estimate != null) {
          table.row(
              metric,
              arm.name(),
              Numbers.metric(estimate.mean()),
              Section.range(estimate.low(), estimate.high()),
              String.join(" ", estimate.values().stream().map(Numbers::metric).toList()));
        }
      }
      report
          .baselines()
          .forEach(
              (name, values) -> {
                if (values.containsKey(metric)) {
                  table.row(metric, name, Numbers.metric(values.get(metric)), "", "baseline");
                }
              });
    }
    return Section.of(
        "metrics", "All metrics", "", Section.folded("Every metric of every arm", table));
  }

  private String method() {
    return Section.of(
        "method",
        "How to read this",
        "",
        """
        <ul>
        <li>Arms differ in what their names say and in nothing else. They are trained with the same seeds and evaluated on the same users, so they are compared user by user, seed by seed.</li>
        <li>Intervals treat seeds and users both as samples (crossed random effects); &ldquo;users only&rdquo; takes the seeds as given (paired bootstrap over users).</li>
        <li>A verdict is <em>equivalent</em> when two one-sided tests place the difference inside the margin, else <em>better</em> or <em>worse</em> when equality is rejected, else <em>undecided</em> &ndash; with <em>not worse</em> beside it where a one-sided test shows that less than the margin is lost.</li>
        <li>Tests are at 5&nbsp;%%, corrected with Holm's method: pairs with the first arm, which the comparison is about, for their own number, and the other pairs for theirs. So a pair may be <em>undecided</em> though its 95&nbsp;%% interval leaves 0 out: the interval under &ldquo;judged by&rdquo; is at the level that the pair was held against, and agrees with the verdict.</li>
        <li><em>Equivalent</em> and <em>not worse</em> rest on one-sided tests, whose bounds lie inside those of a two-sided interval.</li>
        <li>One seed cannot separate arms from run-to-run variation, so it gives no verdict.</li>
        %s</ul>\
        """
            .formatted(
                ArmNames.hasRecipe(study.report())
                    ? "<li>%s</li>".formatted(Html.escape(ArmNames.ABOUT_RECIPE))
                    : ""));
  }

  private String settings() {
    Html.Table config = new Html.Table("setting", "value");
    flatten("", report.config(), config);
    Html.Table provenance = new Html.Table("what", "value");
    report.provenance().forEach(provenance::row);
    return Section.of(
        "settings",
        "Settings and provenance",
        "",
        (config.isEmpty() ? "" : Section.folded("Effective configuration", config))
            + (provenance.isEmpty() ? "" : Section.folded("Provenance", provenance)));
  }

  private static void flatten(String prefix, Map<?, ?> settings, Html.Table into) {
    for (Map.Entry<?, ?> entry : settings.entrySet()) {
      String name = prefix + entry.getKey();
      if (entry.getValue() instanceof Map<?, ?> nested) {
        flatten(name + ".", new TreeMap<>(nested), into);
      } else {
        into.row(name, String.valueOf(entry.getValue()));
      }
    }
  }
}
