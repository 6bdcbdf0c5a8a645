package dev.twotower.trainer.command;

import dev.twotower.data.sampling.tree.Composition;
import dev.twotower.trainer.command.text.TextTable;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.train.TrainingListener;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Shows a run on standard error: a bar on a terminal, elsewhere a line per epoch; and notes. */
final class TrainingDisplay implements TrainingListener, AutoCloseable {
  private final Console console;
  private final String task;
  private final String run;
  private final Optional<String> stopMetric;
  private Progress progress = Progress.SILENT;
  private String evaluation = "";
  private String metric = "";

  /**
   * Shows a run among others.
   *
   * @param task such as 3/12
   * @param run what tells it from the others; may be long
   */
  TrainingDisplay(Console console, String task, String run) {
    this(console, task, run, Optional.empty());
  }

  /**
   * Shows the run that a command is about: its epochs as well, and what its batches are made of.
   */
  TrainingDisplay(Console console, String task, RunConfig config) {
    this(console, task, "", Optional.of(config.evaluation().stopMetric()));
  }

  private TrainingDisplay(Console console, String task, String run, Optional<String> metric) {
    this.console = console;
    this.task = task;
    this.run = run;
    this.stopMetric = metric;
  }

  @Override
  public void step(long step, long expected, double loss) {
    if (progress == Progress.SILENT) {
      // A narrow terminal cuts the end of the line: rate and time left come before a long name.
      String shown = console.terminal() ? task : (task + " " + run).strip();
      progress = console.progress(shown, "steps", expected);
    }
    String note = String.format(Locale.ROOT, "loss %.4f%s", loss, evaluation);
    progress.at(step, console.terminal() && !run.isEmpty() ? run + ", " + note : note);
  }

  @Override
  public void evaluated(long step, long epoch, Map<String, Double> metrics, boolean best) {
    String name = stopMetric.orElseGet(() -> metrics.keySet().iterator().next());
    double value = metrics.get(name);
    evaluation = String.format(Locale.ROOT, ", epoch %d %s %.4f", epoch, name, value);
    metric = String.format(Locale.ROOT, ", %s %.4f%s", name, value, best ? " (best)" : "");
  }

  @Override
  public void epochEnded(
      long epoch, long epochs, double loss, double rowsPerSecond, double seconds) {
    if (stopMetric.isPresent() && !console.terminal()) {
      console
          .err()
          .printf(
              Locale.ROOT,
              "epoch %d of %d: loss %.4f, %s rows/s%s, %.1f s%n",
              epoch,
              epochs,
              loss,
              TextTable.count(Math.round(rowsPerSecond)),
              metric,
              seconds);
    }
    metric = "";
  }

  @Override
  public void treeBatches(long epoch, Composition.Report batches) {
    if (stopMetric.isPresent()) {
      console.err().print("epoch " + epoch + ", tree.batches: " + batches.toText());
      console.err().flush();
    }
  }

  @Override
  public void note(String message) {
    console.tell("note: " + message);
  }

  @Override
  public void close() {
    progress.close();
  }
}
