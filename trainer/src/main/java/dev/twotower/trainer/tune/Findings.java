package dev.twotower.trainer.tune;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.disk.Durable;
import dev.twotower.data.message.Amount;
import dev.twotower.eval.page.TunePage;
import dev.twotower.eval.tuning.Effects;
import dev.twotower.eval.tuning.Stopping;
import dev.twotower.eval.tuning.TuneReport;
import dev.twotower.eval.tuning.TuneReport.Rung;
import dev.twotower.eval.tuning.TuneReport.Spent;
import dev.twotower.eval.tuning.TuneReport.Trial;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** What a search has found, as files: report, page, and the best settings. */
final class Findings {
  static final String BEST = "best.yaml";

  /** A search that has used so much of its time has used it. */
  private static final double NEARLY = 0.9;

  private final Dataset data;
  private final TuneRequest request;
  private final Space space;
  private final Rungs rungs;
  private final TrialRuns runs;
  private final Path out;

  Findings(Dataset data, TuneRequest request, Space space, Rungs rungs, TrialRuns runs, Path out) {
    this.data = data;
    this.request = request;
    this.space = space;
    this.rungs = rungs;
    this.runs = runs;
    this.out = out;
  }

  /**
   * Writes all files and their seal, in the place of earlier ones.
   *
   * @param finished whether the search has come to its end
   */
  TuneReport write(Halving halving, boolean finished) throws IOException {
    TuneReport report = report(halving, finished);
    Map<String, String> files = new LinkedHashMap<>();
    files.put(TunePage.JSON, TunePage.json(report) + "\n");
    files.put(TunePage.HTML, TunePage.of(report));
    if (report.best().isPresent()) {
      files.put(BEST, best(report, report.best().get()));
    }
    Durable.replaceTogether(out, files);
    return report;
  }

  private TuneReport report(Halving halving, boolean finished) throws IOException {
    List<Trial> trials = halving.trials().stream().sorted(TuneReport.BEST_FIRST).toList();
    List<Rung> reached =
        IntStream.range(0, halving.reached().size())
            .mapToObj(rung -> new Rung(rungs.epochs().get(rung), halving.reached().get(rung)))
            .toList();
    return new TuneReport(
        data.directory().toAbsolutePath().normalize().getFileName().toString(),
        request.base().evaluation().stopMetric(),
        request.base().evaluation().split().toString(),
        trials,
        reached,
        spent(halving, finished),
        Effects.of(trials, space.values(), trial -> trial.valueUntil(rungs.first())),
        Stopping.of(trials, halving.stretches()),
        space.values(),
        warnings(halving, trials, finished),
        provenance(halving));
  }

  /** What the best trial masks; empty where that is not searched or none could be trained. */
  private static String bestMasks(List<Trial> bestFirst) {
    return bestFirst.stream()
        .filter(trial -> !trial.curve().isEmpty())
        .findFirst()
        .map(trial -> trial.settings().getOrDefault("masks", ""))
        .orElse("");
  }

  private Spent spent(Halving halving, boolean finished) {
    Budget budget = request.budget();
    boolean early = finished && budget.timed() && halving.spent() < NEARLY * budget.seconds();
    return new Spent(
        halving.spent() / 60,
        budget.timed() ? budget.seconds() / 60 : null,
        early ? halving.ended() : null);
  }

  private List<String> warnings(Halving halving, List<Trial> trials, boolean finished) {
    List<String> warnings = new ArrayList<>();
    if (!finished) {
      warnings.add("The search is not finished: this is what is known so far.");
    }
    trials.stream()
        .filter(trial -> !trial.curve().isEmpty())
        .findFirst()
        .filter(best -> best.rising() && best.epochs() >= rungs.last())
        .ifPresent(
            best ->
                warnings.add(
                    "The best trial was still rising at epoch %d, the limit: a larger `epochs` may give more."
                        .formatted(best.epochs())));
    if (request.base().evaluation().rankSeen() && bestMasks(trials).contains("engaged")) {
      warnings.add(
          "The best trial has the mask `engaged`, although seen items are ranked: validation finds"
              + " more so, but a user's items are then never each other's negatives. Where the"
              + " order of seen items matters, give `masks=identity+user`, which is then not"
              + " searched.");
    }
    if (finished && request.budget().timed() && trials.size() == 1) {
      warnings.add(
          "Nothing was compared: a second trial is not expected to fit. Give more minutes, a"
              + " smaller `epochs`, or rank fewer users (`evaluation.users`).");
    }
    if (halving.outOfTime() > 0) {
      warnings.add(
          "%s good enough to go on, but the time was not expected to be enough for more."
              .formatted(
                  halving.outOfTime() == 1
                      ? "One trial was"
                      : halving.outOfTime() + " trials were"));
    }
    long failed = trials.stream().filter(trial -> trial.failure() != null).count();
    if (failed > 0) {
      warnings.add(
          "%s could not be trained; the table says why.".formatted(Amount.of(failed, "trial")));
    }
    if (trials.size() > 1) {
      warnings.add(
          "The best of %d trials on the same rows is flattered by its luck on them: judge it on the test rows, beside the settings that the search began with, over several seeds."
              .formatted(trials.size()));
    }
    return warnings;
  }

  private Map<String, String> provenance(Halving halving) throws IOException {
    Budget budget = request.budget();
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("data", data.directory().toAbsolutePath().normalize().toString());
    provenance.put("data checksum", RunDirectory.checksum(data));
    provenance.put("split", data.manifest().split());
    provenance.put("seed", String.valueOf(request.base().seed()));
    provenance.put(
        "budget",
        (budget.timed() ? String.format(Locale.ROOT, "%.1f minutes, ", budget.seconds() / 60) : "")
            + "at most %d trials".formatted(budget.trials()));
    provenance.put(
        "spent", String.format(Locale.ROOT, "%.1f minutes of training", halving.spent() / 60));
    return provenance;
  }

  /**
   * The settings of a trial, for {@code train --config}. Its limit of epochs is the search's, not
   * the epoch at which it was best: other seeds, and a trial that was not trained to its end, may
   * be best later. Where no patience ends training, it is as long as the trial was, unless learning
   * rates fall over it: a trial that was given up had the rates of a whole one.
   */
  private String best(TuneReport report, Trial trial) {
    RunConfig config = runs.config(trial.number());
    boolean stops = config.evaluation().patience() > 0;
    boolean decays = config.optimizer().decays();
    return String.format(
            Locale.ROOT,
            "# Trial %d, the best of %d on %s: %s %.4f on the %s rows at epoch %d.%n# %s%n",
            trial.number(),
            report.trials().size(),
            report.dataset(),
            report.metric(),
            trial.value(),
            report.split(),
            trial.bestEpoch(),
            stops
                ? "epochs is a limit: training ends when validation no longer rises"
                : decays
                    ? "epochs is what the learning rates fall over"
                    : "epochs is as long as it was trained")
        + (stops || decays ? config : config.with("epochs=" + trial.epochs())).toYaml();
  }
}
