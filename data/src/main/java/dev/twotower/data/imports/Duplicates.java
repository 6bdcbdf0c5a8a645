package dev.twotower.data.imports;

import dev.twotower.data.message.Words;

/** What happens to rows that repeat. */
public enum Duplicates {
  /** Every row stays. */
  KEEP,
  /**
   * A row equal to an earlier one in every column of the log, imported or not, is dropped. Columns
   * are compared as the file has them: times at full resolution, ids as their texts.
   */
  DROP,
  /**
   * Rows of one user, request and item become one: the earliest row with its time and contexts, and
   * the weights of all added up. Rows of different events stay apart, and of a split that is given,
   * rows of different splits.
   */
  MERGE;

  @Override
  public String toString() {
    return Words.of(this);
  }

  /**
   * Reads a policy's name.
   *
   * @throws IllegalArgumentException naming the value received and those allowed
   */
  public static Duplicates parse(String text) {
    return Words.parse(Duplicates.class, text, "--duplicates is");
  }
}
