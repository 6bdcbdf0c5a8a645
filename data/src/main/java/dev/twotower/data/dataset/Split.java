package dev.twotower.data.dataset;

import dev.twotower.data.message.Words;

/** The part of a data set a row belongs to. */
public enum Split {
  TRAIN(0),
  VALIDATION(1),
  TEST(2);

  private final int index;

  Split(int index) {
    this.index = index;
  }

  /** The split's place in arrays with an entry per split: 0, 1, 2. */
  public int index() {
    return index;
  }

  /** The lower-case name used in files and flags. */
  @Override
  public String toString() {
    return Words.of(this);
  }

  /**
   * Reads a split's name.
   *
   * @throws IllegalArgumentException naming the value received and those allowed
   */
  public static Split parse(String text) {
    return Words.parse(Split.class, text, "unknown split");
  }
}
