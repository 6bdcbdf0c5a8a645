package dev.twotower.trainer.train;

import java.util.Map;

/** Hears how a run goes on; called from the training thread. */
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * A step was taken.
   *
   * @param step steps so far
   * @param expected steps the run will take at most, an estimate for layouts whose batches vary
   * @param loss the batch's loss
   */
  default void step(long step, long expected, double loss) {}

  /**
   * The model was evaluated.
   *
   * @param epoch epochs completed
   * @param metrics values by name
   * @param best whether these are the best so far
   */
  default void evaluated(long step, long epoch, Map<String, Double> metrics, boolean best) {}

  /** Something the user should know. */
  default void note(String message) {}
}
