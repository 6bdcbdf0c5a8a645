package dev.twotower.data.dataset;

import dev.twotower.data.message.Words;

/** The splits that a model learns from. */
public enum TrainSplits {
  /** The training rows; validation rows choose between epochs and settings. */
  TRAIN("train"),
  /** The validation rows as well: for the last training, once everything is chosen. */
  TRAIN_AND_VALIDATION("train+validation");

  private final String text;

  TrainSplits(String text) {
    this.text = text;
  }

  /** Whether rows of the split are learned from. */
  public boolean contains(Split split) {
    return switch (split) {
      case TRAIN -> true;
      case VALIDATION -> this == TRAIN_AND_VALIDATION;
      case TEST -> false;
    };
  }

  /**
   * Refuses to judge a model by rows that it has learned from.
   *
   * @throws IllegalArgumentException naming the splits that are left
   */
  public void requireHeldOut(Split split) {
    if (contains(split)) {
      throw new IllegalArgumentException(
          "the %s split was learned from (trainOn is %s), so a ranking of it measures memory; allowed: %s"
              .formatted(split, this, this == TRAIN ? "validation, test" : "test"));
    }
  }

  /** The name used in files and flags. */
  @Override
  public String toString() {
    return text;
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException naming the value received and those allowed
   */
  public static TrainSplits parse(String text) {
    return Words.parse(TrainSplits.class, text, "unknown splits");
  }
}
