package dev.twotower.trainer.command;

import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.train.TrainingListener;

/**
 * Shows the runs of a study: one after another, each with its bar and a line when it has ended; or
 * side by side, with one bar for the steps of all.
 */
final class StudyDisplay extends RunsDisplay implements RunsListener {
  private SideBySideBar all;

  StudyDisplay(Console console) {
    super(console);
  }

  @Override
  public void atOnce(int runs) {
    close();
    all = runs > 1 ? new SideBySideBar(console(), runs) : null;
  }

  @Override
  public TrainingListener run(int number, int runs, String description) {
    if (all != null) {
      return all.run(number, runs, description);
    }
    close();
    String task = runs == 0 ? String.valueOf(number) : number + "/" + runs;
    TrainingDisplay training = new TrainingDisplay(console(), task, description);
    next(training::close);
    return training;
  }

  @Override
  public void note(String message) {
    if (all == null) {
      super.note(message);
    } else {
      all.note(message);
    }
  }

  @Override
  public void close() {
    super.close();
    if (all != null) {
      all.close();
    }
  }
}
