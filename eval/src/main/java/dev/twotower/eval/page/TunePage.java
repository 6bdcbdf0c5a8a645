package dev.twotower.eval.page;

import dev.twotower.data.json.Json;
import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.ranking.Disliked;
import dev.twotower.eval.tuning.TuneReport;
import dev.twotower.eval.tuning.TuneReport.Effect;
import dev.twotower.eval.tuning.TuneReport.Stop;
import dev.twotower.eval.tuning.TuneReport.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code tune.html} and {@code tune.json}: what a search for settings has found. */
public final class TunePage {
  public static final String JSON = "tune.json";
  public static final String HTML = "tune.html";

  /** More curves than this cannot be told apart; the others are drawn faintly. */
  private static final int COLOURED = 6;

  private final TuneReport report;

  private TunePage(TuneReport report) {
    this.report = report;
  }

  /** The page as text. */
  public static String of(TuneReport report) {
    TunePage page = new TunePage(report);
    return Page.of(
        "Settings for " + report.dataset(),
        "<main>%n%s%n</main>"
            .formatted(
                String.join(
                    "\n",
                    page.head(),
                    page.warnings(),
                    page.ranking(),
                    page.effects(),
                    page.curves(),
                    page.stopping(),
                    page.method())),
        "");
  }

  /** The report as JSON. */
  public static String json(TuneReport report) {
    try {
      return Json.SHOWN.writeValueAsString(report);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String head() {
    return """
    <header>
    <p class="kicker">Settings for <strong>%s</strong></p>
    <h1>%s</h1>
    <p class="facts">%s on the %s split. %s <code>best.yaml</code> holds the best settings.</p>
    </header>\
    """
        .formatted(
            Html.escape(report.dataset()),
            Html.escape(headline(report)),
            Html.escape(report.metric()),
            Html.escape(report.split()),
            Html.escape(report.bought()));
  }

  /** The result in one sentence, plain text. */
  public static String headline(TuneReport report) {
    Optional<Trial> best = report.best();
    if (best.isEmpty()) {
      return "No trial could be trained.";
    }
    Trial found = best.get();
    Optional<Trial> first = report.first().filter(trial -> trial.value() != null);
    if (found.number() == 0) {
      return "The settings that the search began with are the best of %d (%s %s)."
          .formatted(report.trials().size(), report.metric(), Numbers.metric(found.value()));
    }
    return "Trial %d of %d reaches %s %s%s."
        .formatted(
            found.number(),
            report.trials().size(),
            report.metric(),
            Numbers.metric(found.value()),
            first
                .map(
                    trial ->
                        ", %s against the settings that the search began with (%s)"
                            .formatted(
                                Numbers.signedPercent(found.value() / trial.value() - 1),
                                Numbers.metric(trial.value())))
                .orElse(""));
  }

  private String warnings() {
    return report.warnings().isEmpty()
        ? ""
        : "<section class=\"warnings\" aria-label=\"Warnings\"><h2>Before you believe it</h2><ul>"
            + Section.items(report.warnings())
            + "</ul></section>";
  }

  private String ranking() {
    List<String> headings =
        new ArrayList<>(
            List.of(
                "trial", report.metric(), "against the first", "best epoch", "epochs", "seconds"));
    report.disliked().ifPresent(headings::add);
    List<String> keys = List.copyOf(report.space().keySet());
    headings.addAll(keys);
    Html.Table table = new Html.Table(headings.toArray(String[]::new));
    Double first = report.first().map(Trial::value).orElse(null);
    for (Trial trial : report.trials()) {
      List<Object> cells = new ArrayList<>();
      cells.add(trial.value() == null ? "–" : Numbers.metric(trial.value()));
      cells.add(
          trial.value() == null || first == null
              ? "–"
              : Numbers.signedPercent(trial.value() / first - 1));
      cells.add(Numbers.whole(trial.bestEpoch()));
      cells.add(
          Numbers.whole(trial.epochs())
              + (trial.failure() != null ? " failed" : trial.ended() ? "" : " so far"));
      cells.add(Numbers.oneDecimal(trial.seconds()));
      report
          .disliked()
          .map(share -> Optional.ofNullable(trial.disliked().get(share)))
          .ifPresent(share -> cells.add(share.map(Numbers::metric).orElse("–")));
      keys.forEach(key -> cells.add(trial.settings().getOrDefault(key, "–")));
      String name = trial.number() == 0 ? "0, the first" : String.valueOf(trial.number());
      table.row(name, cells.toArray());
    }
    String failures =
        report.trials().stream()
            .filter(trial -> trial.failure() != null)
            .map(trial -> "Trial " + trial.number() + ": " + trial.failure())
            .toList()
            .stream()
            .map(Html::escape)
            .map(text -> "<li>" + text + "</li>")
            .collect(Collectors.joining());
    return Section.of(
        "ranking",
        "Trials",
        "Best first. Each trial is judged by its best evaluation; trials that were trained further"
            + " had more of them."
            + report.disliked().map(share -> " " + Disliked.key(share) + ".").orElse(""),
        table + (failures.isEmpty() ? "" : "<ul>" + failures + "</ul>"));
  }

  private String effects() {
    if (report.effects().isEmpty() || report.rungs().isEmpty()) {
      return "";
    }
    Html.Table table =
        new Html.Table(
            "setting", "distance of medians", "rank correlation", "median (trials) of each value");
    for (Effect effect : report.effects()) {
      String levels =
          effect.levels().stream()
              .map(
                  level ->
                      "%s: %s (%d)"
                          .formatted(level.value(), Numbers.metric(level.median()), level.trials()))
              .collect(Collectors.joining("; "));
      table.row(
          effect.setting(),
          effect.told() ? Numbers.percent(effect.spread()) : "too few trials",
          effect.correlation() == null
              ? "–"
              : String.format(Locale.ROOT, "%+.2f", effect.correlation()).replace('-', '\u2212'),
          levels);
    }
    return Section.of(
        "effects",
        "What mattered",
        "Over all trials, each by its best evaluation until epoch "
            + report.rungs().get(0).epochs()
            + " (many end earlier, by themselves), the strongest first: how far the medians of a"
            + " setting's values are apart, relative to the median of all trials (values of at"
            + " least three trials); and Spearman's rank correlation of setting and metric. Each"
            + " averages over the other settings.",
        table.toString());
  }

  private String curves() {
    LineChart chart =
        new LineChart("Validation while trials were trained", "epoch", report.metric());
    List<Trial> trials = report.trials();
    for (int at = trials.size() - 1; at >= 0; at--) {
      Trial trial = trials.get(at);
      boolean first = trial.number() == 0;
      boolean coloured = at < COLOURED;
      chart.line(
          first ? "0, the first" : coloured ? "trial " + trial.number() : "",
          first ? LineChart.REFERENCE : coloured ? LineChart.COLOURS.get(at) : LineChart.FAINT,
          trial.curve().stream()
              .map(point -> new LineChart.At(point.epoch(), point.value()))
              .toList());
    }
    return Section.of("curves", "Curves", "", chart.toString());
  }

  private String stopping() {
    if (report.stopping().isEmpty()) {
      return "";
    }
    LineChart chart =
        new LineChart("The best found after so much training", "minutes", report.metric());
    chart.line(
        "",
        LineChart.COLOURS.get(0),
        report.stopping().stream()
            .map(stop -> new LineChart.At(stop.minutes(), stop.value()))
            .toList());
    Html.Table table =
        new Html.Table("minutes", "best trial", report.metric(), "share of what was found");
    for (Stop stop : report.stopping()) {
      table.row(
          Numbers.oneDecimal(stop.minutes()),
          String.valueOf(stop.trial()),
          Numbers.metric(stop.value()),
          Numbers.percent(stop.share()));
    }
    return Section.of(
        "stopping",
        "The cost of stopping earlier",
        "Time is that of training and ranking, without loading.",
        chart + Section.numbers(table));
  }

  private String method() {
    Html.Table space = new Html.Table("setting", "drawn from");
    report.space().forEach((key, values) -> space.row(key, String.join(", ", values)));
    Html.Table provenance = new Html.Table("what", "value");
    report.provenance().forEach(provenance::row);
    return Section.of(
        "settings",
        "Space and provenance",
        "Each trial but the first draws every setting uniformly and on its own. All are trained to"
            + " the first rung's epoch; a third of them, the best so far, goes on to the next rung"
            + " from where it stopped; the first trial always does.",
        space.toString() + provenance);
  }
}
