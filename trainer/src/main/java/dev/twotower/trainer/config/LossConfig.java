package dev.twotower.trainer.config;

/**
 * The loss (design 3).
 *
 * @param temperature divides the score, never log q
 * @param learnTemperature whether the temperature is trained
 * @param correction where log q comes from (design 3.4)
 * @param counting what the correction counts
 * @param positive whether the positive's logit is corrected as well
 * @param weighting what weighs the same in the batch mean (design 3.2)
 * @param uniform extra uniform negatives a batch; 0 for none (design 3.5)
 * @param queue item vectors of past batches used as negatives; 0 for none (design 3.5)
 */
public record LossConfig(
    double temperature,
    boolean learnTemperature,
    Correction correction,
    Counting counting,
    Positive positive,
    Weighting weighting,
    int uniform,
    int queue) {

  /** Sampling corrections of design 3.4. */
  public enum Correction {
    NONE,
    EMPIRICAL,
    STREAMING,
    LEAVE_USER_OUT
  }

  /** What an estimate of q counts: rows, or an item once a batch. */
  public enum Counting {
    ROWS,
    UNIQUE
  }

  /** Whether the positive's logit is corrected (Yi et al. 2019) or left (arXiv 2507.09331). */
  public enum Positive {
    CORRECTED,
    UNCORRECTED
  }

  /** What weighs the same in the batch loss. */
  public enum Weighting {
    ROWS,
    REQUESTS,
    USERS
  }

  private static final int MOST_NEGATIVES = 1 << 20;

  public LossConfig {
    Checks.of(LossConfig.class)
        .above("temperature", temperature, 0, 100)
        .between("uniform", uniform, 0, MOST_NEGATIVES)
        .between("queue", queue, 0, MOST_NEGATIVES)
        .done();
  }
}
