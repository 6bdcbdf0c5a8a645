package dev.twotower.data.imports;

import java.util.Locale;

/** What happens to rows that repeat. */
public enum Duplicates {
  /** Every row stays. */
  KEEP,
  /** A row equal to an earlier one in user, request, item, time, weight and context is dropped. */
  DROP,
  /**
   * Rows of one user, request and item become one: the first one's time and context, the weights
   * added up.
   */
  MERGE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a policy's name.
   *
   * @throws IllegalArgumentException naming the value received and those allowed
   */
  public static Duplicates parse(String text) {
    for (Duplicates policy : values()) {
      if (policy.toString().equals(text)) {
        return policy;
      }
    }
    throw new IllegalArgumentException(
        "--duplicates is '" + text + "'; allowed: keep, drop, merge");
  }
}
