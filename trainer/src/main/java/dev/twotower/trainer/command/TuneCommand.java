package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.command.text.TuneText;
import dev.twotower.trainer.config.RunSettings;
import dev.twotower.trainer.kept.SideBySide;
import dev.twotower.trainer.tune.Budget;
import dev.twotower.trainer.tune.TuneRequest;
import dev.twotower.trainer.tune.TuneRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "tune",
    description = {
      "Searches settings on the validation rows under a budget: many trials for a few epochs, a"
          + " third of them for three times as many, and so on.",
      "Searched: loss.temperature, optimizer.tableLearningRate, dim, batchSize, the pieces of"
          + " layout, loss.weighting, masks, loss.uniform; optimizer.learningRate where there are"
          + " dense layers.",
      "A setting that is given with --set or --config is not searched. Writes best.yaml (for train"
          + " --config), tune.json and tune.html.",
      "Started again with the same --out, it continues where it stopped; with a larger budget it"
          + " goes on from what is there."
    },
    footer = {
      "  twotower tune --data logs/mine --minutes 30 --out runs/tune",
      "  twotower tune --data logs/mine --trials 40 --out runs/tune --set evaluation.rankSeen=true"
          + " --set dim=64"
    })
final class TuneCommand extends Action {
  @Mixin private DataOption data;

  @Option(
      names = "--minutes",
      order = 2,
      paramLabel = "N",
      description =
          "Minutes for training and ranking, all trials together; trials are drawn until they are"
              + " used. --minutes or --trials is needed.")
  private Optional<Double> minutes = Optional.empty();

  @Option(
      names = "--trials",
      order = 3,
      paramLabel = "N",
      description = "Trials, the defaults among them; with --minutes, at most.")
  private Optional<Integer> trials = Optional.empty();

  @Option(
      names = {"--out", "--to"},
      required = true,
      order = 4,
      paramLabel = "DIR",
      description = "Where trials, best.yaml and the page go; trials are kept and reused.")
  private Path out;

  @Option(
      names = "--at-once",
      order = 5,
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Trains N trials side by side, each on one thread: the same search sooner, with the"
              + " memory of N runs. With --trials alone, as --minutes counts trial by trial.")
  private int atOnce;

  @Mixin private TrainingOptions options;
  @Mixin private TrackOptions track;

  @Override
  protected String afterWriteFailure() {
    return "trials so far are kept: free some space, and run the same command again";
  }

  @Override
  protected Answer answer(Console console) throws IOException, InterruptedException {
    if (minutes.isEmpty() && trials.isEmpty()) {
      throw new IllegalArgumentException(
          "neither --minutes nor --trials is given; allowed: one of them, or both");
    }
    if (atOnce > 1 && minutes.isPresent()) {
      throw new IllegalArgumentException(
          "--at-once: received %d beside --minutes, which counts trial by trial; allowed: 1, or --trials alone"
              .formatted(atOnce));
    }
    Budget budget =
        new Budget(trials.orElse(Budget.ANY), 60 * minutes.orElse(Double.POSITIVE_INFINITY));
    options.check(List.of(), data::open);
    RunSettings settings = options.settings();
    try (Dataset dataset = data.open();
        StudyDisplay display = new StudyDisplay(console);
        TrackOptions.Session tracked = track.open(console)) {
      TuneRequest request =
          new TuneRequest(
              options.fitting(dataset, display::note).config(), settings.given(), budget);
      UnusedColumns.note(dataset, List.of(request.base()), request.given())
          .ifPresent(note -> display.note("note: " + note));
      KindsNote.of(dataset, request.base().events()).ifPresent(display::note);
      request
          .base()
          .evaluation()
          .wholeCatalogue(dataset.items())
          .ifPresent(note -> display.note("note: " + note));
      return tracked
          .parts(
              display,
              out,
              request.base(),
              listener ->
                  TuneRun.run(
                      dataset.reading(request.base().events()),
                      request,
                      new SideBySide(atOnce),
                      out,
                      listener,
                      console.interruption().stopSignal()),
              "best.yaml",
              "tune.json",
              "tune.html")
          .map(report -> new Answer(report, TuneText.of(report, data.directory(), out)))
          .orElseThrow(
              () ->
                  new Interrupted(
                      "interrupted; trials so far are kept; run the same command again to"
                          + " continue"));
    }
  }
}
