package dev.twotower.trainer.command;

import dev.twotower.trainer.ids.quantize.QuantizerListener;
import java.util.Locale;

/** A bar over a quantiser's epochs; it ends with the last one. */
final class QuantizerDisplay implements QuantizerListener, AutoCloseable {
  private final Console console;
  private final String task;
  private Progress progress = Progress.SILENT;

  QuantizerDisplay(Console console, String task) {
    this.console = console;
    this.task = task;
  }

  @Override
  public void epoch(int epoch, int epochs, double reconstruction) {
    if (progress == Progress.SILENT) {
      progress = console.progress(task, "epochs", epochs);
    }
    progress.at(epoch, String.format(Locale.ROOT, "reconstruction error %.4f", reconstruction));
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
