package dev.twotower.eval.page;

import dev.twotower.data.message.Amount;
import dev.twotower.eval.comparison.Causes;
import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.SharedSettings;
import dev.twotower.eval.comparison.Verdict;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.stats.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The page's sections in reading order: the verdict first, how it was made last. */
final class Sections {
  private static final String VERDICT_KEY =
      "<p class=\"key\">The first arm is "
          + Arrays.stream(Verdict.values())
              .map(verdict -> "<span class=\"verdict-%s\">%s</span>".formatted(verdict, verdict))
              .collect(Collectors.joining())
          + "</p>";

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
        arms(),
        causes(),
        TradeOffSection.of(report),
        differences(),
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
    <p class="kicker">Layouts and masks on <strong>%s</strong></p>
    <h1>%s</h1>
    %s<p class="facts">%s on the %s split, whole catalogue ranked%s, %s (%s); intervals cover %s at 95&nbsp;%%.%s</p>
    </header>\
    """
        .formatted(
            Html.escape(report.dataset()),
            Html.escape(answer.map(ShortAnswer::headline).orElseGet(() -> Headline.of(report))),
            answer.map(this::answered).orElse(""),
            Html.escape(report.metric()),
            Html.escape(report.split()),
            report.ranking().map(words -> ", " + Html.escape(words)).orElse(""),
            Amount.of(report.seeds().size(), "seed"),
            Html.escape(String.join(", ", report.seeds().stream().map(String::valueOf).toList())),
            report.seeds().size() == 1 ? "users alone" : "seeds and users",
            shared.isEmpty() ? "" : " All arms with <code>" + Html.escape(shared) + "</code>.");
  }

  /** The questions with their answers, and the one chart that shows them. */
  private String answered(ShortAnswer answer) {
    StringBuilder parts = new StringBuilder("<div class=\"answer\"><dl>");
    for (ShortAnswer.Part part : answer.parts()) {
      parts
          .append("<dt>")
          .append(Html.escape(part.question()))
          .append("</dt><dd>")
          .append(Html.escape(part.answer()))
          .append("</dd>");
    }
    return parts.append("</dl>") + EffectsChart.of(report, answer.arm()) + "</div>\n";
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
            items(first),
            others.isEmpty()
                ? ""
                : "<details><summary>%s</summary><ul>%s</ul></details>"
                    .formatted(Amount.of(others.size(), "more", "more"), items(others)));
  }

  static String items(List<String> texts) {
    StringBuilder items = new StringBuilder();
    texts.forEach(text -> items.append("<li>").append(Html.prose(text)).append("</li>"));
    return items.toString();
  }

  private String arms() {
    Html.Table table =
        new Html.Table(
            "arm",
            "verdict",
            report.metric(),
            "95 % interval",
            "against the first",
            "false negatives",
            "effective users",
            "rows per request",
            "examples/s");
    for (Report.Arm arm : report.arms()) {
      Estimate estimate = arm.metrics().get(report.metric());
      Report.Pair pair = report.againstReference(arm.name()).orElse(null);
      FalseNegatives batches = arm.batches();
      table.row(
          arm.name(),
          pair == null ? Html.verdict("reference") : Html.verdict(pair),
          estimate == null ? "–" : Numbers.metric(estimate.mean()),
          estimate == null ? "–" : range(estimate.low(), estimate.high()),
          pair == null || pair.relative() == null ? "–" : Numbers.signedPercent(pair.relative()),
          arm.falseNegativeRate() == null ? "–" : Numbers.percent(arm.falseNegativeRate()),
          batches == null ? "–" : Numbers.oneDecimal(batches.effectiveUsers()),
          arm.dedupRatio() == null ? "–" : Numbers.oneDecimal(arm.dedupRatio()),
          speed(arm));
    }
    report
        .baselines()
        .forEach(
            (name, metrics) -> {
              Double value = metrics.get(report.metric());
              if (value != null) {
                table.row(name, "baseline", Numbers.metric(value), "", "", "", "", "", "");
              }
            });
    String choices =
        report.choices().isEmpty()
            ? ""
            : "<p>Chosen from the grid on the "
                + Html.escape(report.chosenOn())
                + " rows, for the first seed:</p><ul>"
                + items(report.choices())
                + "</ul>";
    String headline =
        ShortAnswer.of(report)
            .map(it -> "<p>" + Html.escape(Headline.of(report)) + "</p>")
            .orElse("");
    return section("arms", "Arms", Report.SPEEDS, headline + table + choices);
  }

  /** With the slowest and the fastest seed. */
  static String speed(Report.Arm arm) {
    return Numbers.whole(arm.examplesPerSecond())
        + arm.speeds("to").map(range -> " (" + range + ")").orElse("");
  }

  private String causes() {
    if (causes.isEmpty()) {
      return "";
    }
    StringBuilder body = new StringBuilder();
    for (Causes.Chain chain : causes) {
      Html.Table table =
          new Html.Table("what changes", "from", "to", "change", "judged by", "verdict");
      for (Causes.Step step : chain.steps()) {
        table.row(
            step.what(),
            step.from(),
            step.to(),
            Numbers.signedPercent(step.relative()),
            Numbers.signedPercent(step.low()) + " to " + Numbers.signedPercent(step.high()),
            Html.verdict(step.verdict().toString()));
      }
      body.append("<p>").append(Html.escape(chain.summary())).append(":</p>").append(table);
    }
    return section(
        "causes",
        "Where the difference comes from",
        "One change per step, from the least mixed batches to the reference. Changes are shares of"
            + " the reference's "
            + report.metric()
            + " and add up to the whole. Pool and order: whose rows the negatives are, and how many"
            + " of a user's rows fall into one step.",
        body.toString());
  }

  private String differences() {
    if (report.headlinePairs().isEmpty()) {
      return "";
    }
    Html.Table table =
        new Html.Table(
            "a",
            "is … than",
            "b",
            "a − b",
            "95 % interval",
            "judged by",
            "relative",
            "users only",
            "p different (Holm)",
            "p outside margin (Holm)",
            "to decide it");
    for (Report.Pair pair : report.headlinePairs()) {
      table.row(
          pair.a(),
          Html.verdict(pair),
          pair.b(),
          Numbers.signedMetric(pair.difference()),
          signedRange(pair.low(), pair.high()),
          judgedBy(pair),
          pair.relative() == null ? "–" : Numbers.signedPercent(pair.relative()),
          signedRange(pair.usersLow(), pair.usersHigh()),
          Numbers.probability(pair.pDifferent()),
          Numbers.probability(pair.pEquivalent()),
          pair.note() == null ? "" : pair.note());
    }
    return section(
        "differences",
        "Differences in " + report.metric(),
        "Relative to the second arm of each pair. The band is the margin of "
            + Numbers.percent(report.margin())
            + " inside which arms count as equivalent."
            + (study.pairs() == 0
                ? ""
                : " Pairs with the first arm; report.json holds %s of other arms as well."
                    .formatted(Amount.of(study.pairs(), "pair"))),
        VERDICT_KEY
            + chart("forest", "Differences between arms, with the intervals they are judged by")
            + numbers(table));
  }

  /** The interval that agrees with the verdict, and what it holds. */
  private static String judgedBy(Report.Pair pair) {
    return pair.corrected() == null
        ? "–"
        : "%s (%s, %s)"
            .formatted(
                signedRange(pair.corrected().low(), pair.corrected().high()),
                Numbers.percent(pair.corrected().confidence()),
                Amount.of(pair.corrected().pairs(), "pair"));
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
    return section(
        "curves",
        "Learning curves",
        report.metric()
            + " on the "
            + report.chosenOn()
            + " split, a line for each seed."
            + (study.curves() == 0
                ? drawn()
                : " The first arm and the %d others with the highest %s; report.json holds the other %s."
                    .formatted(
                        READABLE_ARMS - 1, report.metric(), Amount.of(study.curves(), "arm")))
            + (study.every() == 1 ? "" : " One evaluation in %d.".formatted(study.every())),
        "<div class=\"pair\">"
            + chart("curve-steps", report.metric() + " against optimiser steps")
            + chart("curve-seconds", report.metric() + " against seconds in training steps")
            + "</div>"
            + numbers(table));
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
    return section(
        "slices",
        "Slices",
        "Head, mid and tail items each carry a third of the training rows, cold items none. Light"
            + " users have at most the median number of training rows, new users none."
            + drawn(),
        chart("slices-chart", report.metric() + " by slice and arm") + numbers(table));
  }

  /** Which arms the charts hold that have a line or bars for each; report.js chooses them so. */
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
              range(estimate.low(), estimate.high()),
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
    return section("metrics", "All metrics", "", folded("Every metric of every arm", table));
  }

  private String method() {
    return section(
        "method",
        "How to read this",
        "",
        """
        <p>Arms are trained with the same settings and seeds and evaluated on the same users, so they are compared user by user, seed by seed. Intervals treat seeds and users both as samples (crossed random effects); &ldquo;users only&rdquo; takes the seeds as given (paired bootstrap over users). A verdict is <em>equivalent</em> when two one-sided tests place the difference inside the margin, else <em>better</em> or <em>worse</em> when equality is rejected, else <em>undecided</em> &ndash; <em>not worse</em> where one one-sided test shows that nothing beyond the margin is lost; all at 5&nbsp;%, corrected with Holm's method for the number of pairs with the first arm, which are what the comparison asks, and apart from them for the number of the other pairs. So a pair may be <em>undecided</em> though its 95&nbsp;% interval leaves 0 out: the interval under &ldquo;judged by&rdquo; is at the level that the pair was held against, and agrees with the verdict. <em>Equivalent</em> and <em>not worse</em> rest on one-sided tests, whose bounds lie inside those of a two-sided interval. One seed cannot separate arms from run-to-run variation, so it gives no verdict.</p>\
        """);
  }

  private String settings() {
    Html.Table config = new Html.Table("setting", "value");
    flatten("", report.config(), config);
    Html.Table provenance = new Html.Table("what", "value");
    report.provenance().forEach(provenance::row);
    return section(
        "settings",
        "Settings and provenance",
        "",
        (config.isEmpty() ? "" : folded("Effective configuration", config))
            + (provenance.isEmpty() ? "" : folded("Provenance", provenance)));
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

  static String section(String id, String title, String lead, String body) {
    return "<section id=\"%s\"><h2>%s</h2>%s%s</section>"
        .formatted(
            id,
            Html.escape(title),
            lead.isEmpty() ? "" : "<p class=\"lead\">" + Html.escape(lead) + "</p>",
            body);
  }

  static String chart(String id, String label) {
    return "<figure><figcaption>%s</figcaption><div class=\"chart\" id=\"%s\" role=\"img\" aria-label=\"%s\"></div></figure>"
        .formatted(Html.escape(label), id, Html.escape(label));
  }

  static String numbers(Html.Table table) {
    return folded("The numbers", table);
  }

  private static String folded(String title, Html.Table table) {
    return "<details><summary>%s</summary>%s</details>".formatted(Html.escape(title), table);
  }

  static String range(double low, double high) {
    return Numbers.metric(low) + " to " + Numbers.metric(high);
  }

  private static String signedRange(double low, double high) {
    return Numbers.signedMetric(low) + " to " + Numbers.signedMetric(high);
  }
}
