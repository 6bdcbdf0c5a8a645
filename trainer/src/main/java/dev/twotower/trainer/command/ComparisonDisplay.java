package dev.twotower.trainer.command;

import dev.twotower.trainer.train.TrainingListener;

/**
 * Shows runs that are trained one after another, each with its bar and a line when it has ended.
 */
final class ComparisonDisplay extends RunsDisplay implements StudyDisplay {
  ComparisonDisplay(Console console) {
    super(console);
  }

  @Override
  public TrainingListener run(int number, int runs, String description) {
    close();
    String task = runs == 0 ? String.valueOf(number) : number + "/" + runs;
    TrainingDisplay training = new TrainingDisplay(console(), task, description);
    next(training::close);
    return training;
  }
}
