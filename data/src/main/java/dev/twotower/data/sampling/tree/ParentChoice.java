package dev.twotower.data.sampling.tree;

import dev.twotower.data.message.Words;

/** How likely a category is to be drawn, given how many items it has (design 7). */
public enum ParentChoice {
  /** Every category alike. */
  UNIFORM,
  /** In proportion to its items, so that every item is about equally likely. */
  SIZE,
  /** In inverse proportion to its items: small categories first. */
  INVERSE_SIZE,
  /** In proportion to the square root of its items, between the first two. */
  SQRT_SIZE;

  double weight(int items) {
    return switch (this) {
      case UNIFORM -> 1;
      case SIZE -> items;
      case INVERSE_SIZE -> 1.0 / items;
      case SQRT_SIZE -> Math.sqrt(items);
    };
  }

  /** The name used in files and flags: {@code uniform}, {@code size}, {@code inverse-size}, ... */
  @Override
  public String toString() {
    return Words.of(this);
  }

  /**
   * Reads a choice's name.
   *
   * @throws IllegalArgumentException naming the value received and those allowed
   */
  public static ParentChoice parse(String text) {
    return Words.parse(ParentChoice.class, text, "unknown choice of parent");
  }
}
