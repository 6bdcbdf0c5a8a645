package dev.twotower.trainer.kept;

import dev.twotower.trainer.train.TrainingListener;

/** Receives the progress of several runs, from several threads where they train side by side. */
public interface RunsListener {
  RunsListener SILENT = new RunsListener() {};

  /**
   * A run begins.
   *
   * @param number the number of the run, from 1
   * @param runs runs in all; 0 where that is not known
   * @param description what tells it from the others, such as arm, seed and setting
   * @return receives the progress of the run
   */
  default TrainingListener run(int number, int runs, String description) {
    return TrainingListener.SILENT;
  }

  /** How many runs are trained at the same time from now on; one where nothing is said. */
  default void atOnce(int runs) {}

  /** Something was found out: a chosen setting, a finished run. */
  default void note(String message) {}
}
