package dev.twotower.eval.stats;

/**
 * A range of plausible values.
 *
 * @param low the lower end
 * @param high the upper end, at least {@code low}
 */
public record Interval(double low, double high) {
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** The part of the range that lies between two bounds, which hold what it is about. */
  public Interval within(double least, double most) {
    return new Interval(
        Math.min(Math.max(low, least), most), Math.min(Math.max(high, least), most));
  }

  /**
   * An interval of differences as shares of the reference's mean. No part of it lies below -1: a
   * share of hits is never negative, so nothing loses more than all of the reference (package
   * description).
   *
   * @param base the reference's mean, above 0
   */
  public Interval relativeTo(double base) {
    return new Interval(Math.max(-1, low / base), Math.max(-1, high / base));
  }
}
