package dev.twotower.trainer.compare;

import dev.twotower.trainer.train.TrainingListener;

/** Receives the progress of a comparison. */
public interface CompareListener {
  CompareListener SILENT = new CompareListener() {};

  /**
   * A run begins.
   *
   * @param number the number of the run, from 1
   * @param runs runs in all
   * @param description arm, seed and setting
   * @return receives the progress of the run
   */
  default TrainingListener run(int number, int runs, String description) {
    return TrainingListener.SILENT;
  }

  /** Something was found out: a chosen setting, a finished run. */
  default void note(String message) {}
}
