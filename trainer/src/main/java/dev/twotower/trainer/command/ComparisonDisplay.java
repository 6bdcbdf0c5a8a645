package dev.twotower.trainer.command;

import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.train.TrainingListener;

/**
 * Shows several runs on standard error: a bar for the current run, and a line for each finished
 * one.
 */
final class ComparisonDisplay implements RunsListener, AutoCloseable {
  private final Console console;
  private TrainingDisplay current;

  ComparisonDisplay(Console console) {
    this.console = console;
  }

  @Override
  public TrainingListener run(int number, int runs, String description) {
    close();
    current = new TrainingDisplay(console, number + "/" + runs, description);
    return current;
  }

  @Override
  public void note(String message) {
    close();
    console.tell(message);
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
