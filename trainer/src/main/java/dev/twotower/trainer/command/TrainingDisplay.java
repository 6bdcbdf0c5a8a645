package dev.twotower.trainer.command;

import dev.twotower.trainer.train.TrainingListener;
import java.util.Locale;
import java.util.Map;

/** Shows a run on standard error: a bar on a terminal, and notes. */
final class TrainingDisplay implements TrainingListener, AutoCloseable {
  private final Console console;
  private final String task;
  private Progress progress = Progress.SILENT;
  private String evaluation = "";

  TrainingDisplay(Console console, String task) {
    this.console = console;
    this.task = task;
  }

  @Override
  public void step(long step, long expected, double loss) {
    if (progress == Progress.SILENT) {
      progress = console.progress(task, "steps", expected);
    }
    progress.at(step, String.format(Locale.ROOT, "loss %.4f%s", loss, evaluation));
  }

  @Override
  public void evaluated(long step, long epoch, Map<String, Double> metrics, boolean best) {
    Map.Entry<String, Double> first = metrics.entrySet().iterator().next();
    evaluation =
        String.format(Locale.ROOT, ", epoch %d %s %.4f", epoch, first.getKey(), first.getValue());
  }

  @Override
  public void note(String message) {
    console.err().println("note: " + message);
  }

  @Override
  public void close() {
    progress.close();
  }
}
