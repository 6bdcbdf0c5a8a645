package dev.twotower.trainer.command.text;

import static dev.twotower.trainer.command.text.TextTable.percent;

import dev.twotower.data.message.Amount;
import dev.twotower.eval.comparison.ArmNames;
import dev.twotower.eval.comparison.Causes;
import dev.twotower.eval.comparison.FixedEpochs;
import dev.twotower.eval.comparison.Overlap;
import dev.twotower.eval.comparison.PairText;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.SharedSettings;
import dev.twotower.eval.page.Headline;
import dev.twotower.eval.page.ReportFiles;
import dev.twotower.eval.page.ShortAnswer;
import dev.twotower.eval.ranking.Disliked;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.stats.Estimate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A comparison as text for a terminal. */
public final class ReportText {
  private ReportText() {}

  /** Items with training rows ranked by themselves, those without, and those among all. */
  private static final String WARM = "among:warm";

  private static final String COLD = "items:cold";
  private static final List<String> SLICES = List.of(WARM, "among:cold", COLD);

  /** Fewer are not shown: their intervals are as wide as what they measure. */
  private static final int FEWEST_USERS = 30;

  public static String of(Report full, Path directory) {
    Report report = SharedSettings.without(full);
    String gap = System.lineSeparator().repeat(2);
    StringBuilder text = new StringBuilder();
    ShortAnswer.of(full).ifPresent(answer -> text.append(answer.headline()).append(gap));
    text.append(Headline.of(report));
    judged(full).ifPresent(line -> text.append(System.lineSeparator()).append(line));
    ArmNames.of(full, report)
        .forEach(line -> text.append(System.lineSeparator()).append(line).append('.'));
    next(full).ifPresent(words -> text.append(System.lineSeparator()).append(words));
    text.append(gap).append(arms(report));
    text.append(System.lineSeparator()).append(full.speeds());
    report
        .disliked()
        .ifPresent(share -> text.append(System.lineSeparator()).append(Disliked.key(share)));
    for (String choice : report.choices()) {
      text.append(System.lineSeparator()).append("chose from the grid: ").append(choice);
    }
    text.append(gap).append(pairs(report));
    text.append(PairNotes.of(report.headlinePairs(), ReportText::name));
    text.append(System.lineSeparator()).append(PairText.KEY);
    text.append(System.lineSeparator()).append(PairText.LEVELS);
    Overlap.note(report).ifPresent(note -> text.append(System.lineSeparator()).append(note));
    boolean cold = told(report, COLD).isPresent();
    List<String> silent = new ArrayList<>();
    for (String slice : SLICES) {
      Optional<Report.Slice> told = told(report, slice);
      String metric = slice + " " + report.metric();
      if (told.isPresent() && findsAny(report, metric)) {
        text.append(gap)
            .append(size(told.get()))
            .append(System.lineSeparator())
            .append(slice(report, metric));
      } else if (cold && !slice.equals(WARM)) {
        silent.add(slice);
      }
    }
    if (!silent.isEmpty()) {
      text.append(gap)
          .append(String.join(", ", silent))
          .append(": nothing to judge; no arm finds or tells apart items without training rows");
    }
    for (Causes.Chain chain : Causes.of(report)) {
      text.append(gap).append(chain.summary()).append(':');
      for (Causes.Step step : chain.steps()) {
        text.append(System.lineSeparator()).append("  ").append(step.sentence());
      }
    }
    if (!report.warnings().isEmpty()) {
      text.append(System.lineSeparator());
    }
    return ended(text, report, directory);
  }

  /** Adds the warnings, and where the page is. */
  static String ended(StringBuilder text, Report report, Path directory) {
    String line = System.lineSeparator();
    report.warnings().forEach(warning -> text.append(line).append("warning: ").append(warning));
    Path page = directory.resolve(ReportFiles.HTML);
    return PlainSigns.of(text.append(line.repeat(2)).append("report: ").append(page).toString());
  }

  /** What would tell more; empty where that is known. */
  private static Optional<String> next(Report report) {
    return ShortAnswer.of(report)
        .map(ShortAnswer::next)
        .orElseGet(() -> FixedEpochs.advice(report).map(advice -> advice + "."))
        .map(words -> "What would tell more: " + words);
  }

  /** Where and how arms were judged; empty where the report does not say. */
  static Optional<String> judged(Report report) {
    return report
        .ranking()
        .map(words -> "Judged on the %s split, %s.".formatted(report.split(), words))
        .map(line -> shared(report).isEmpty() ? line : line + " " + shared(report));
  }

  /** What all arms have in common beyond the configuration; empty without. */
  private static String shared(Report report) {
    String shared = SharedSettings.of(report);
    return shared.isEmpty() ? "" : "All arms with " + shared + ".";
  }

  /** Where a terminal has no room for it, without the speeds of each seed. */
  private static TextTable arms(Report report) {
    TextTable whole = arms(report, true);
    TextTable narrow = arms(report, false);
    return !whole.fits() && narrow.fits() ? narrow : whole;
  }

  private static TextTable arms(Report report, boolean bySeed) {
    List<String> heads =
        new ArrayList<>(
            List.of(
                "arm", report.metric(), "95 % interval", "false", "rows/request", "examples/s"));
    report.disliked().ifPresent(heads::add);
    if (bySeed) {
      heads.add("by seed");
    }
    TextTable table = new TextTable(heads.toArray(String[]::new));
    for (Report.Arm arm : report.arms()) {
      Estimate value = arm.metrics().get(report.metric());
      List<Object> cells =
          new ArrayList<>(
              List.of(
                  arm.name(),
                  four(value.mean()),
                  four(value.low()) + " .. " + four(value.high()),
                  arm.falseNegativeRate() == null ? "-" : percent(arm.falseNegativeRate()),
                  arm.dedupRatio() == null ? "-" : arm.dedupRatio(),
                  Math.round(arm.examplesPerSecond())));
      report.disliked().ifPresent(share -> cells.add(four(arm.metrics().get(share).mean())));
      if (bySeed) {
        cells.add(arm.speeds("..").orElse("-"));
      }
      table.add(cells.toArray());
    }
    for (Map.Entry<String, Map<String, Double>> baseline : report.baselines().entrySet()) {
      Double value = baseline.getValue().get(report.metric());
      List<Object> cells =
          new ArrayList<>(
              List.of(baseline.getKey(), value == null ? "-" : four(value), "", "", "", ""));
      report
          .disliked()
          .map(share -> Optional.ofNullable(baseline.getValue().get(share)))
          .ifPresent(share -> cells.add(share.map(ReportText::four).orElse("-")));
      if (bySeed) {
        cells.add("");
      }
      table.add(cells.toArray());
    }
    return table;
  }

  /**
   * A slice that can tell something: of no more items without training rows than the metric looks
   * at, every ranking holds them all, and a few users say nothing.
   */
  private static Optional<Report.Slice> told(Report report, String name) {
    List<Report.Slice> slices =
        report.arms().stream().flatMap(arm -> arm.slices().stream()).toList();
    int k = Metric.parse(report.metric()).k();
    boolean judged =
        report.arms().stream()
            .anyMatch(arm -> arm.metrics().containsKey(name + " " + report.metric()));
    boolean enough =
        slices.stream().anyMatch(slice -> slice.name().equals(COLD) && slice.items() > k);
    return slices.stream()
        .filter(slice -> judged && enough)
        .filter(slice -> slice.name().equals(name) && slice.users() >= FEWEST_USERS)
        .findFirst();
  }

  private static boolean findsAny(Report report, String metric) {
    return report.arms().stream()
        .anyMatch(arm -> arm.metrics().containsKey(metric) && arm.metrics().get(metric).mean() > 0);
  }

  private static String size(Report.Slice slice) {
    return "%s: %s, %s"
        .formatted(
            slice.name(), Amount.of(slice.items(), "item"), Amount.of(slice.users(), "user"));
  }

  private static TextTable slice(Report report, String metric) {
    TextTable table =
        new TextTable("arm", metric, "95 % interval", "against the first", "judged by", "verdict");
    for (Report.Arm arm : report.arms()) {
      Estimate value = arm.metrics().get(metric);
      Optional<Report.Pair> pair =
          report.pairs().stream()
              .filter(each -> each.metric().equals(metric) && each.a().equals(arm.name()))
              .findFirst();
      table.add(
          arm.name(),
          value == null ? "-" : four(value.mean()),
          value == null ? "-" : four(value.low()) + " .. " + four(value.high()),
          pair.map(PairText::difference).orElse("-"),
          pair.map(each -> PairText.judgedByAtLevel(each, " .. ")).orElse("-"),
          pair.map(Report.Pair::words)
              .orElse(arm.equals(report.reference()) ? "reference" : "nothing to judge"));
    }
    return table;
  }

  private static TextTable pairs(Report report) {
    TextTable table =
        new TextTable("a, against b", "difference", "95 % interval", "judged by", "verdict");
    for (Report.Pair pair : report.headlinePairs()) {
      table.add(
          name(pair),
          PairText.difference(pair),
          PairText.interval(pair, " .. "),
          PairText.judgedByAtLevel(pair, " .. "),
          pair.words());
    }
    return table;
  }

  private static String name(Report.Pair pair) {
    return pair.a() + ", against " + pair.b();
  }

  private static String four(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
