package dev.twotower.trainer.command;

import dev.twotower.data.hierarchy.Composition;
import dev.twotower.trainer.train.TrainingListener;
import java.util.Locale;
import java.util.Map;

/** Shows a run on standard error: a bar on a terminal, and notes. */
final class TrainingDisplay implements TrainingListener, AutoCloseable {
  private final Console console;
  private final String task;
  private final boolean composition;
  private Progress progress = Progress.SILENT;
  private String evaluation = "";

  TrainingDisplay(Console console, String task) {
    this(console, task, true);
  }

  /**
   * @param composition whether to print what the batches of the tree's loss are made of
   */
  TrainingDisplay(Console console, String task, boolean composition) {
    this.console = console;
    this.task = task;
    this.composition = composition;
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
  public void treeBatches(long epoch, Composition.Report batches) {
    if (composition) {
      console.err().print("epoch " + epoch + ", tree.batches: " + batches.toText());
      console.err().flush();
    }
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
