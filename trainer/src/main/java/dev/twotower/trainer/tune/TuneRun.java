package dev.twotower.trainer.tune;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.data.message.Amount;
import dev.twotower.eval.tuning.TuneReport;
import dev.twotower.eval.tuning.TuneReport.Trial;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.kept.ResultFolder;
import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.kept.SideBySide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A search for settings (package description). Every trial keeps its directory under {@code runs/};
 * a search that is started again in the same directory goes on where it stopped, and one with a
 * larger budget takes what is there for its own.
 */
public final class TuneRun {
  private final TuneRequest request;
  private final RunsListener listener;
  private final SideBySide sides;
  private final Map<Integer, Trial> ahead = new ConcurrentHashMap<>();
  private final TrialRuns runs;
  private final Rungs rungs;
  private final Findings findings;
  private final Halving halving;

  private TuneRun(
      Dataset data,
      TuneRequest request,
      SideBySide sides,
      Path out,
      RunsListener listener,
      BooleanSupplier stop) {
    this.request = request;
    this.listener = listener;
    this.sides = sides.where(Stream.of(request.base()), listener);
    RunConfig base = request.base();
    Space space =
        Space.of(base, request.given(), data.interactions(Split.TRAIN).rows(), data.items());
    if (space.keys().isEmpty()) {
      throw new IllegalArgumentException(
          "every setting that could be searched is given; leave out some of them");
    }
    this.rungs =
        Rungs.of(base.epochs(), base.evaluation().everyEpochs(), request.budget().trials());
    this.runs =
        new TrialRuns(data, base, space, out.resolve("runs"), listener, this.sides.stop(stop));
    this.findings = new Findings(data, request, space, rungs, runs, out);
    this.halving = new Halving(rungs, request.budget(), new Trials());
  }

  /** The same, with one trial after another. */
  public static Optional<TuneReport> run(
      Dataset data, TuneRequest request, Path out, RunsListener listener, BooleanSupplier stop)
      throws IOException, InterruptedException {
    return run(data, request, new SideBySide(1), out, listener, stop);
  }

  /**
   * Searches, and writes {@code tune.json}, {@code tune.html} and {@code best.yaml}, the best so
   * far while it searches.
   *
   * @param sides trains the trials of a rung side by side, where their number is given rather than
   *     the time for them
   * @param stop polled while training; true ends the search, to be gone on with later
   * @return what was found; empty when stopped
   * @throws IllegalArgumentException when the settings do not fit the data set, or the directory
   *     holds trials with other settings
   */
  public static Optional<TuneReport> run(
      Dataset data,
      TuneRequest request,
      SideBySide sides,
      Path out,
      RunsListener listener,
      BooleanSupplier stop)
      throws IOException, InterruptedException {
    if (data.interactions(Split.VALIDATION).rows() == 0) {
      throw new IllegalArgumentException(
          "'%s' has no validation rows to judge settings on; import with a --split that holds some out"
              .formatted(data.directory()));
    }
    TuneRun search = new TuneRun(data, request, sides, out, listener, stop);
    try (WriterLock held = ResultFolder.SEARCH.making(out)) {
      Files.createDirectories(out.resolve("runs"));
      boolean finished = search.halving.run();
      TuneReport report = search.findings.write(search.halving, finished);
      return finished ? Optional.of(report) : Optional.empty();
    }
  }

  /** One trial after the other, or those that are sure to come side by side before that. */
  private final class Trials implements Halving.Trainer {
    private boolean stopped;

    /** Those that were done ahead of a stop count, up to the first that was not. */
    @Override
    public Optional<Trial> train(int number, long epochs, Halving.Place place)
        throws IOException, InterruptedException {
      Trial trained = ahead.remove(number);
      return stopped || trained != null
          ? Optional.ofNullable(trained)
          : TuneRun.this.train(number, epochs, place);
    }

    @Override
    public void ahead(List<Integer> numbers, long epochs, int rung)
        throws IOException, InterruptedException {
      if (sides.atOnce() == 1) {
        return;
      }
      List<SideBySide.Work<Trial>> works = new ArrayList<>();
      for (int number : numbers) {
        Halving.Place place =
            new Halving.Place(rung, works.size() + 1, numbers.size(), works.isEmpty());
        works.add(
            () -> {
              Optional<Trial> trained = TuneRun.this.train(number, epochs, place);
              trained.ifPresent(trial -> ahead.put(number, trial));
              return trained;
            });
      }
      stopped = sides.all(works).isEmpty();
    }
  }

  private Optional<Trial> train(int number, long epochs, Halving.Place place)
      throws IOException, InterruptedException {
    if (!(number == 0 && place.rung() == 0) && place.begins()) {
      findings.write(halving, false);
      listener.note(begins(place, epochs));
    }
    Optional<Trial> trained = runs.train(number, epochs, place);
    if (trained.isPresent()) {
      listener.note(line(trained.get()));
      if (number == 0 && place.rung() == 0) {
        listener.note(estimate(trained.get()));
      }
    }
    return trained;
  }

  private String begins(Halving.Place place, long epochs) {
    if (place.rung() > 0) {
      return "rung %d: %s to epoch %d"
          .formatted(
              place.rung() + 1,
              place.of() == 1 ? "one of the best goes on" : place.of() + " of the best go on",
              epochs);
    }
    return String.format(
        Locale.ROOT,
        "%s of %s are used: time for about %s more",
        time(halving.spent()),
        time(request.budget().seconds()),
        Amount.of(place.of() - place.at() + 1, "trial"));
  }

  private static String time(double seconds) {
    return seconds < 120
        ? String.format(Locale.ROOT, "%.0f s", seconds)
        : String.format(Locale.ROOT, "%.1f minutes", seconds / 60);
  }

  private String line(Trial trial) {
    return trial.failure() != null
        ? "trial %d failed: %s".formatted(trial.number(), trial.failure().lines().findFirst().get())
        : String.format(
            Locale.ROOT,
            "trial %d: %s %.4f after %s, %.1f s",
            trial.number(),
            request.base().evaluation().stopMetric(),
            trial.value(),
            Amount.of(trial.epochs(), "epoch"),
            trial.seconds());
  }

  /** What the search is going to cost, by its first trial. */
  private String estimate(Trial first) {
    Budget budget = request.budget();
    double each = first.seconds() * rungs.costOfTrial();
    int atOnce = Math.min(sides.atOnce(), budget.trials());
    return budget.timed()
        ? String.format(
            Locale.ROOT,
            "a trial costs up to %.0f s with its share of the later rungs, less where it ends by"
                + " itself; trials are drawn until %s are used%s",
            Math.max(1, each),
            time(budget.seconds()),
            budget.trials() == Budget.ANY
                ? ""
                : ", or there are " + Amount.of(budget.trials(), "trial"))
        : String.format(
            Locale.ROOT,
            "a trial costs up to %.0f s with its share of the later rungs: up to %s for %s%s",
            Math.max(1, each),
            time(each * budget.trials() / atOnce),
            Amount.of(budget.trials(), "trial"),
            atOnce > 1 ? ", %d at once".formatted(atOnce) : "");
  }
}
