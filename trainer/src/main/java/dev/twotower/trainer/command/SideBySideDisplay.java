package dev.twotower.trainer.command;

import dev.twotower.trainer.train.TrainingListener;
import java.util.Locale;

/**
 * Shows runs that are trained side by side: one bar for the steps of all, and a line when a run has
 * ended. Those that have not begun are taken to have as many steps as the first.
 */
final class SideBySideDisplay implements StudyDisplay {
  private final Console console;
  private final int atOnce;
  private Progress progress = Progress.SILENT;
  private long steps;
  private int newest;

  SideBySideDisplay(Console console, int atOnce) {
    this.console = console;
    this.atOnce = atOnce;
  }

  /** One with a number that there was begins others, with a bar of their own. */
  @Override
  public synchronized TrainingListener run(int number, int runs, String description) {
    if (number <= newest) {
      close();
    }
    newest = number;
    return new Run(description, number, runs);
  }

  @Override
  public synchronized void note(String message) {
    progress.above(console.err(), console.folded(message));
  }

  private synchronized void stepped(Run run, long more, long expected, double loss) {
    if (progress == Progress.SILENT) {
      String task = "%d runs, %d at once".formatted(run.left(), Math.min(atOnce, run.left()));
      progress = console.progress(task, "steps", expected * run.left());
    }
    steps += more;
    progress.at(
        steps,
        String.format(
            Locale.ROOT, "%d/%d %s, loss %.4f", run.number, run.runs, run.description, loss));
  }

  @Override
  public synchronized void close() {
    progress.close();
    progress = Progress.SILENT;
    steps = 0;
    newest = 0;
  }

  private final class Run implements TrainingListener {
    private final String description;
    private final int number;
    private final int runs;
    private long before = -1;
    private long last;

    Run(String description, int number, int runs) {
      this.description = description;
      this.number = number;
      this.runs = runs;
    }

    /** This run and those after it. */
    int left() {
      return runs - number + 1;
    }

    @Override
    public void step(long step, long expected, double loss) {
      if (before < 0) {
        // A run that goes on has steps that are not of now.
        before = step - 1;
        last = before;
      }
      stepped(this, step - last, expected - before, loss);
      last = step;
    }

    @Override
    public void note(String message) {
      SideBySideDisplay.this.note("note: " + message);
    }
  }
}
