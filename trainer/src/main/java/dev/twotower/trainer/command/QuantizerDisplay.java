package dev.twotower.trainer.command;

import dev.twotower.trainer.ids.quantize.QuantizerListener;
import java.util.Locale;

/** A bar over a quantiser's epochs; it ends with the last one. */
final class QuantizerDisplay implements QuantizerListener, AutoCloseable {
  private final Console console;
  private final String task;
  private final String run;
  private Progress progress = Progress.SILENT;

  QuantizerDisplay(Console console, String task) {
    this(console, task, "");
  }

  /**
   * Shows a run among others.
   *
   * @param task such as 3/12
   * @param run what tells it from the others; may be long
   */
  QuantizerDisplay(Console console, String task, String run) {
    this.console = console;
    this.task = task;
    this.run = run;
  }

  @Override
  public void epoch(int epoch, int epochs, double reconstruction) {
    if (progress == Progress.SILENT) {
      // A narrow terminal cuts the end of the line: rate and time left come before a long name.
      String shown = console.terminal() ? task : (task + " " + run).strip();
      progress = console.progress(shown, "epochs", epochs);
    }
    String note = String.format(Locale.ROOT, "reconstruction error %.4f", reconstruction);
    progress.at(epoch, console.terminal() && !run.isEmpty() ? run + ", " + note : note);
    if (epoch == epochs) {
      close();
    }
  }

  @Override
  public void close() {
    progress.close();
    progress = Progress.SILENT;
  }
}
