package dev.twotower.trainer.config;

/**
 * The loss (design 3).
 *
 * @param form what the anchors of a batch add up to
 * @param topK how form top-k weighs
 * @param bilateral how form bilateral pools
 * @param temperature divides the score, never log q
 * @param learnTemperature whether the temperature is trained
 * @param correction where log q comes from (design 3.4)
 * @param streaming how the streaming estimate works
 * @param counting what the correction counts
 * @param positive whether the positive's logit is corrected as well
 * @param weighting what has equal weight in the batch mean (design 3.2)
 * @param uniform extra uniform negatives per batch; 0 for none (design 3.5)
 * @param queue rows of past batches whose items are negatives; 0 for none (design 3.5)
 * @param queueWarmup steps before the queue is used
 * @param shown how many of the items that a request showed are negatives (design 15)
 */
public record LossConfig(
    Form form,
    TopKConfig topK,
    BilateralConfig bilateral,
    double temperature,
    boolean learnTemperature,
    Correction correction,
    StreamingConfig streaming,
    Counting counting,
    Positive positive,
    Weighting weighting,
    int uniform,
    int queue,
    int queueWarmup,
    ShownConfig shown) {

  /** What the anchors of a batch add up to (theory in the package of the loss). */
  public enum Form {
    /** The weighted sum of their losses. */
    SOFTMAX,
    /** The same, an anchor weighing more the higher it is above its user's K-th item. */
    TOP_K,
    /** For each user a power mean of their probabilities. */
    BILATERAL
  }

  /** Sampling corrections of design 3.4. */
  public enum Correction {
    NONE,
    EMPIRICAL,
    STREAMING,
    LEAVE_USER_OUT
  }

  /** What an estimate of q counts: rows, or an item once per batch. */
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
    USERS,
    /** Between rows and users: a user with n rows weighs as the square root of n. */
    SQRT_USERS
  }

  private static final int MOST_NEGATIVES = 1 << 20;

  /** Scores divided by less are beyond what numbers of 32 bits tell apart. */
  static final double LEAST_TEMPERATURE = 1e-6;

  public LossConfig {
    Checks.of(LossConfig.class)
        .between("temperature", temperature, LEAST_TEMPERATURE, 100)
        .between("uniform", uniform, 0, MOST_NEGATIVES)
        .between("queue", queue, 0, MOST_NEGATIVES)
        .between("queueWarmup", queueWarmup, 0, Integer.MAX_VALUE)
        .require(
            counting == Counting.ROWS || correction != Correction.LEAVE_USER_OUT,
            "counting",
            "unique",
            "rows with correction leave-user-out, which removes rows, not batches")
        .require(
            counting == Counting.ROWS || correction == Correction.NONE || queue == 0,
            "counting",
            "unique",
            "rows with a queue: a queue spans several batches, and the probability for one batch"
                + " does not give that for several")
        .require(
            positive == Positive.CORRECTED || correction != Correction.NONE,
            "positive",
            "uncorrected",
            "corrected with correction none: leaving the positive out needs a q to renormalise")
        .require(
            form != Form.TOP_K || correction != Correction.NONE,
            "form",
            "top-k",
            "softmax or bilateral with correction none: top-k needs q to know how much of the"
                + " catalogue a candidate stands for")
        .done();
  }
}
