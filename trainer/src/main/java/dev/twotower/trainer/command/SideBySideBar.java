package dev.twotower.trainer.command;

import dev.twotower.trainer.train.TrainingListener;
import java.util.Locale;

/**
 * One bar for the steps of runs that are trained side by side, and lines above it. Those that have
 * not begun are taken to have as many steps as the first to make one; those that were there before
 * have none. Called from the threads of all.
 */
final class SideBySideBar {
  private final Console console;
  private final int atOnce;
  private Progress progress = Progress.SILENT;
  private long steps;
  private int of;
  private int begun;
  private int newest;

  SideBySideBar(Console console, int atOnce) {
    this.console = console;
    this.atOnce = atOnce;
  }

  /** A run begins; one after all of those before, or of another number, begins a bar of its own. */
  synchronized TrainingListener run(int number, int runs, String description) {
    if (runs != of || begun >= of) {
      close();
      of = runs;
    }
    begun++;
    newest = Math.max(newest, number);
    return new Run("%d/%d %s".formatted(number, runs, description));
  }

  synchronized void note(String message) {
    progress.above(console.err(), console.folded(message));
  }

  private synchronized void stepped(Run run, long more, long expected, double loss) {
    if (progress == Progress.SILENT) {
      int left = of - (newest - begun);
      String task = "%d runs, %d at once".formatted(left, Math.min(atOnce, left));
      progress = console.progress(task, "steps", expected * left);
    }
    steps += more;
    progress.at(steps, String.format(Locale.ROOT, "%s, loss %.4f", run.name, loss));
  }

  synchronized void close() {
    progress.close();
    progress = Progress.SILENT;
    steps = 0;
    begun = 0;
    newest = 0;
  }

  private final class Run implements TrainingListener {
    private final String name;
    private long before = -1;
    private long last;

    Run(String name) {
      this.name = name;
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
      SideBySideBar.this.note("note: " + message);
    }
  }
}
