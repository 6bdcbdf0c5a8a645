package dev.twotower.trainer.train;

import dev.twotower.data.sampling.tree.Composition;
import dev.twotower.trainer.config.RunConfig;
import java.nio.file.Path;
import java.util.Map;

/** Receives the progress of a run; called from the training thread. */
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * The run's directory is there, and its first step, or the first since its resumption, is next.
   *
   * @param config the settings as they take effect
   */
  default void started(Path run, RunConfig config) {}

  /**
   * A line was added to the run's {@code metrics.jsonl}.
   *
   * @param line it has a {@code type} and a {@code step}
   */
  default void logged(Map<String, ?> line) {}

  /** Training is over: done, paused or interrupted. After an exception there is no such call. */
  default void ended(TrainingResult result) {}

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

  /**
   * An epoch is over, and the model evaluated where it was due.
   *
   * @param epoch epochs completed
   * @param epochs how many there are at most
   * @param loss mean of its batches' losses; of those since the resumption where it was resumed
   *     amid them
   * @param rowsPerSecond rows per second in its steps
   * @param seconds of the run so far
   */
  default void epochEnded(
      long epoch, long epochs, double loss, double rowsPerSecond, double seconds) {}

  /**
   * An epoch is over.
   *
   * @param epoch epochs completed
   * @param batches what its batches of the tree's loss were made of
   */
  default void treeBatches(long epoch, Composition.Report batches) {}

  /** Something the user should know. */
  default void note(String message) {}
}
