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
}
