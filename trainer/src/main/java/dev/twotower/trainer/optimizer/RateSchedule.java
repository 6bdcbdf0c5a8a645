package dev.twotower.trainer.optimizer;

import dev.twotower.trainer.config.OptimizerConfig;

/**
 * What the learning rates are multiplied by, as a function of the batch alone: so a run that is
 * resumed, paused between epochs or replayed has the rates of one that was not, and nothing of it
 * is in a checkpoint. In double precision, s counting the batches before this one, W those of the
 * warm-up and H those planned:
 *
 * <pre>
 *   s &lt; W      (s + 1) / W                              (Goyal et al. 2017, "gradual warmup")
 *   constant   1
 *   linear     f + (1 - f) (1 - x)                      x = min(1, (s - W) / (H - W))
 *   cosine     f + (1 - f) (1 + cos(pi x)) / 2          (Loshchilov and Hutter 2017, eq. 5)
 * </pre>
 *
 * The first batch has the full rate where W is 0, and the last one is a step above the floor f, as
 * in {@code get_linear_schedule_with_warmup} of Transformers, whose own warm-up begins at 0 and
 * wastes a step.
 *
 * @param shape how rates fall
 * @param floor f, the share of the rates that is left at the end, 0 to 1
 * @param warmup W, at least 0
 * @param perEpoch batches of an epoch as if every one were full, at least 1; where a layout cuts
 *     more, the last ones of an epoch share their place
 * @param planned H, above W unless the shape is constant
 */
public record RateSchedule(
    OptimizerConfig.Schedule shape, double floor, long warmup, long perEpoch, long planned) {

  /**
   * The schedule of a run.
   *
   * @param rows rows that an epoch reads
   * @param batchSize rows of a full batch
   * @param epochs passes over them
   * @param maxSteps most steps; 0 for no limit
   */
  public static RateSchedule of(
      OptimizerConfig config, long rows, int batchSize, long epochs, long maxSteps) {
    long perEpoch = Math.max(1, (rows + batchSize - 1) / batchSize);
    long all = Math.multiplyExact(perEpoch, epochs);
    return new RateSchedule(
        config.schedule(),
        config.scheduleFloor(),
        config.warmupSteps(),
        perEpoch,
        maxSteps > 0 ? Math.min(maxSteps, all) : all);
  }

  /**
   * The factor of a batch.
   *
   * @param epoch its epoch, from 0
   * @param batch its number in the epoch, from 0
   * @return above 0 while batches are planned, at most 1
   */
  public double at(long epoch, long batch) {
    return ofStep(epoch * perEpoch + Math.min(batch, perEpoch - 1));
  }

  private double ofStep(long step) {
    if (step < warmup) {
      return (step + 1.0) / warmup;
    }
    double share = Math.min(1, (double) (step - warmup) / Math.max(1, planned - warmup));
    return switch (shape) {
      case CONSTANT -> 1;
      case LINEAR -> floor + (1 - floor) * (1 - share);
      case COSINE -> floor + (1 - floor) * (1 + Math.cos(Math.PI * share)) / 2;
    };
  }
}
