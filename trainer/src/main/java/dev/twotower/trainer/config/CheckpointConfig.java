package dev.twotower.trainer.config;

/**
 * Checkpoints of a run (design 13).
 *
 * @param everySteps steps between checkpoints; 0 for one at the end of each epoch
 * @param keep newest checkpoints kept
 */
public record CheckpointConfig(int everySteps, int keep) {
  public CheckpointConfig {
    Checks.of(CheckpointConfig.class)
        .between("everySteps", everySteps, 0, Integer.MAX_VALUE)
        .between("keep", keep, 1, 1000)
        .done();
  }
}
