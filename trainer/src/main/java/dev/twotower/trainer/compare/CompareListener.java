package dev.twotower.trainer.compare;

import dev.twotower.trainer.train.TrainingListener;

/** Hears how a comparison goes on. */
public interface CompareListener {
  CompareListener SILENT = new CompareListener() {};

  /**
   * A run begins.
   *
   * @param number runs begun, from 1
   * @param runs runs in all
   * @param description arm, seed and setting
   * @return hears the run
   */
  default TrainingListener run(int number, int runs, String description) {
    return TrainingListener.SILENT;
  }

  /** Something was found out: a chosen setting, a finished run. */
  default void note(String message) {}
}
