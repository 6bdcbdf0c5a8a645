package dev.twotower.trainer.command;

import dev.twotower.data.sampling.tree.Composition;
import dev.twotower.trainer.command.text.TextTable;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.train.TrainingListener;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Shows a run on standard error: a line per epoch, and notes; on a terminal a bar below them. */
final class TrainingDisplay implements TrainingListener, AutoCloseable {
  private final Console console;
  private final String task;
  private final String run;
  private final Optional<String> stopMetric;
  private Progress progress = Progress.SILENT;
  private String evaluation = "";
  private String metric = "";
  private String heldOut = "";

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
    // Where each epoch has a line above the bar, that tells the metric.
    boolean told = console.terminal() && stopMetric.isPresent();
    String note = String.format(Locale.ROOT, "loss %.4f%s", loss, told ? "" : evaluation);
    progress.at(step, console.terminal() && !run.isEmpty() ? run + ", " + note : note);
  }

  @Override
  public void logged(Map<String, ?> line) {
    if (line.get("loss") instanceof Double loss && "evaluation".equals(line.get("type"))) {
      heldOut = String.format(Locale.ROOT, ", %s loss %.4f", line.get("split"), loss);
    }
  }

  @Override
  public void evaluated(long step, long epoch, Map<String, Double> metrics, boolean best) {
    String name = stopMetric.orElseGet(() -> metrics.keySet().iterator().next());
    double value = metrics.get(name);
    evaluation = String.format(Locale.ROOT, ", epoch %d %s %.4f", epoch, name, value);
    metric =
        String.format(Locale.ROOT, "%s, %s %.4f%s", heldOut, name, value, best ? " (best)" : "");
  }

  @Override
  public void epochEnded(
      long epoch, long epochs, double loss, double rowsPerSecond, double seconds) {
    if (stopMetric.isPresent()) {
      progress.above(
          console.err(),
          String.format(
              Locale.ROOT,
              "epoch %d of %d: loss %.4f, %s rows/s%s, %.1f s",
              epoch,
              epochs,
              loss,
              TextTable.count(Math.round(rowsPerSecond)),
              metric,
              seconds));
    }
    metric = "";
  }

  @Override
  public void treeBatches(long epoch, Composition.Report batches) {
    if (stopMetric.isPresent()) {
      String text = "epoch " + epoch + ", tree.batches: " + batches.toText();
      progress.above(console.err(), text.stripTrailing());
    }
  }

  @Override
  public void note(String message) {
    progress.above(console.err(), console.folded("note: " + message));
  }

  @Override
  public void close() {
    progress.close();
  }
}
