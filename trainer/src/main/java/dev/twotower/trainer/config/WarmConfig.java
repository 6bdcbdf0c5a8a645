package dev.twotower.trainer.config;

/**
 * How a run starts from another one (design 15); without effect on a run that starts from nothing.
 *
 * @param newItems where items start that the other run did not know
 */
public record WarmConfig(NewItems newItems) {
  /** A start of new items. */
  public enum NewItems {
    /** As in any new model. */
    FRESH,
    /** From the mean row of their category. */
    CATEGORY
  }
}
