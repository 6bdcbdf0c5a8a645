package dev.twotower.trainer.command;

import dev.twotower.trainer.kept.RunsListener;

/** Shows the runs of a study until it is closed. */
interface StudyDisplay extends RunsListener, AutoCloseable {
  /**
   * One that fits how runs are trained.
   *
   * @param atOnce how many at the same time
   */
  static StudyDisplay of(Console console, int atOnce) {
    return atOnce > 1 ? new SideBySideDisplay(console, atOnce) : new ComparisonDisplay(console);
  }

  @Override
  void close();
}
