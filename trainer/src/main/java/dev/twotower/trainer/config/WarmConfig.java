package dev.twotower.trainer.config;

/**
 * How a run starts from another one (design 15); without effect on a run that starts from nothing.
 *
 * @param newItems where items start that the other run did not know
 * @param accumulators the share that is kept of the squares that row-wise Adagrad has summed
 */
public record WarmConfig(NewItems newItems, double accumulators) {
  /** A start of new items. */
  public enum NewItems {
    /** As in any new model. */
    FRESH,
    /** From the mean row of their category. */
    CATEGORY
  }

  public WarmConfig {
    Checks.of(WarmConfig.class).between("accumulators", accumulators, 0.0, 1.0).done();
  }
}
