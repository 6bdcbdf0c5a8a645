package dev.twotower.trainer.command.text;

import dev.twotower.data.message.ProgramName;
import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.page.TunePage;
import dev.twotower.eval.ranking.Disliked;
import dev.twotower.eval.tuning.TuneReport;
import dev.twotower.eval.tuning.TuneReport.Effect;
import dev.twotower.eval.tuning.TuneReport.Stop;
import dev.twotower.eval.tuning.TuneReport.Trial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A search for settings as a person reads it in a terminal. */
public final class TuneText {
  private static final int SHOWN = 5;

  /** Settings whose medians are less apart than this did not matter. */
  private static final double LITTLE = 0.02;

  private TuneText() {}

  /**
   * A few lines.
   *
   * @param data the data set's directory
   * @param out where the search lies
   */
  public static String of(TuneReport report, Path data, Path out) {
    List<String> lines = new ArrayList<>();
    lines.add(TunePage.headline(report));
    lines.add(report.bought());
    lines.add("");
    lines.add(ranking(report).toString());
    lines.add("");
    report.disliked().map(Disliked::key).ifPresent(lines::add);
    mattered(report).ifPresent(lines::add);
    stopping(report).ifPresent(lines::add);
    report.warnings().forEach(warning -> lines.add("note: " + warning.replace("`", "")));
    if (report.best().isPresent()) {
      lines.add(
          "next: "
              + ProgramName.command(
                  "train --data %s --config %s --out NEW", data, out.resolve("best.yaml")));
    }
    lines.add("page: " + out.resolve(TunePage.HTML));
    return String.join(System.lineSeparator(), lines);
  }

  private static TextTable ranking(TuneReport report) {
    List<String> headings = new ArrayList<>(List.of("trial", report.metric(), "best epoch"));
    report.disliked().ifPresent(headings::add);
    headings.addAll(report.space().keySet());
    TextTable table = new TextTable(headings.toArray(String[]::new));
    List<Trial> shown = new ArrayList<>(report.trials().stream().limit(SHOWN).toList());
    report.first().filter(first -> !shown.contains(first)).ifPresent(shown::add);
    for (Trial trial : shown) {
      List<Object> cells = new ArrayList<>();
      cells.add(trial.number() == 0 ? "the first" : String.valueOf(trial.number()));
      cells.add(four(trial.value()));
      cells.add(trial.bestEpoch());
      report.disliked().ifPresent(share -> cells.add(four(trial.disliked().get(share))));
      report.space().keySet().forEach(key -> cells.add(trial.settings().getOrDefault(key, "-")));
      table.add(cells.toArray());
    }
    return table;
  }

  private static String four(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static Optional<String> mattered(TuneReport report) {
    List<Effect> much =
        report.effects().stream().filter(effect -> effect.spread() >= LITTLE).toList();
    return much.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "what mattered (distance of the medians of its values): "
                + much.stream()
                    .limit(SHOWN)
                    .map(each -> each.setting() + " " + TextTable.percent(each.spread()))
                    .collect(Collectors.joining(", ")));
  }

  private static Optional<String> stopping(TuneReport report) {
    List<Stop> stops = report.stopping();
    if (stops.size() < 2) {
      return Optional.empty();
    }
    double end = stops.get(stops.size() - 1).minutes();
    return stops.stream()
        .filter(stop -> stop.minutes() >= end / 2)
        .findFirst()
        .map(
            half ->
                "after %s of %s minutes the best was at %s of what was found"
                    .formatted(
                        Numbers.oneDecimal(half.minutes()),
                        Numbers.oneDecimal(end),
                        TextTable.percent(half.share())));
  }
}
