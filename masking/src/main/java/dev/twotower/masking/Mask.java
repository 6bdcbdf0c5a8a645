package dev.twotower.masking;

import java.util.OptionalDouble;

/** A rule that removes candidate k from anchor i's negatives (design 3.1). */
public sealed interface Mask {
  /** Removes k when it carries the anchor's own item. */
  record Identity() implements Mask {
    @Override
    public String toString() {
      return "identity";
    }
  }

  /** Removes k when it belongs to the anchor's user: the x_k != x_i rule. */
  record User() implements Mask {
    @Override
    public String toString() {
      return "user";
    }
  }

  /**
   * Removes k when a column agrees with the anchor's. A missing value, NaN, agrees with nothing,
   * not even with another missing one.
   *
   * @param column the column's name
   * @param width empty: values must be equal; otherwise values at most this far apart agree
   */
  record Context(String column, OptionalDouble width) implements Mask {
    public Context {
      if (column.isBlank()) {
        throw new IllegalArgumentException(
            "mask 'context:' needs a column, for example context:session or context:time/3600");
      }
      if (width.isPresent() && !(width.getAsDouble() > 0 && Double.isFinite(width.getAsDouble()))) {
        throw new IllegalArgumentException(
            "mask 'context:%s/%s': the width must be a positive number"
                .formatted(column, width.getAsDouble()));
      }
    }

    boolean agree(double anchor, double candidate) {
      // Comparisons with NaN are false; equality comes first for infinite values.
      return anchor == candidate
          || width.isPresent() && Math.abs(anchor - candidate) <= width.getAsDouble();
    }

    @Override
    public String toString() {
      if (width.isEmpty()) {
        return "context:" + column;
      }
      double value = width.getAsDouble();
      return "context:"
          + column
          + "/"
          + (value == Math.rint(value) && Math.abs(value) < 1e15
              ? Long.toString((long) value)
              : Double.toString(value));
    }
  }

  /**
   * Removes k when its item is one the anchor's user engaged with anywhere in the training split.
   */
  record Engaged() implements Mask {
    @Override
    public String toString() {
      return "engaged";
    }
  }
}
