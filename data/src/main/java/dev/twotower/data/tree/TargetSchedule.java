package dev.twotower.data.tree;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Target weight of a pair of items by their tree distance (design 7). Written {@code
 * SAME-LEAF/SIBLING/.../UNRELATED}: weights of distance 0, 1, 2 and so on, and at the end that of
 * items which share only the root. Pairs at a distance beyond those listed are ignored, so {@code
 * 1/0.5/0} ignores cousins and {@code 1/0.5/0.25/0} gives those at distance 2 a quarter.
 *
 * @param byDistance weights of distances 0, 1, ..., in [0, 1], never increasing, the first above 0
 * @param unrelated weight of unrelated items, at most the last of those
 */
public record TargetSchedule(List<Double> byDistance, double unrelated) {
  /** What {@link #weight} says of pairs that are left out of the loss. */
  public static final double IGNORED = -1;

  /** Same leaf 1, sibling 0.5, unrelated 0, cousins ignored. */
  public static final TargetSchedule THREE_CLASSES = parse("1/0.5/0");

  public TargetSchedule {
    byDistance = List.copyOf(byDistance);
    double above = 1;
    boolean sound = !byDistance.isEmpty() && byDistance.get(0) > 0;
    for (double weight : byDistance) {
      sound &= weight >= 0 && weight <= above;
      above = weight;
    }
    if (!sound || !(unrelated >= 0 && unrelated <= above) || unrelated == byDistance.get(0)) {
      throw new IllegalArgumentException(
          "schedule is '"
              + text(byDistance, unrelated)
              + "'; allowed: weights from 0 to 1 that never increase, the first above the last, for"
              + " example 1/0.5/0");
    }
  }

  /**
   * Reads a schedule.
   *
   * @throws IllegalArgumentException naming the value received and the form allowed
   */
  public static TargetSchedule parse(String text) {
    List<Double> weights;
    try {
      weights = Arrays.stream(text.split("/", -1)).map(Double::valueOf).toList();
    } catch (NumberFormatException malformed) {
      weights = List.of();
    }
    if (weights.size() < 2) {
      throw new IllegalArgumentException(
          "schedule is '"
              + text
              + "'; allowed: weights of tree distances 0, 1, ... and of unrelated items, joined by"
              + " '/', for example 1/0.5/0");
    }
    int last = weights.size() - 1;
    return new TargetSchedule(weights.subList(0, last), weights.get(last));
  }

  /**
   * The weight of a pair.
   *
   * @param distance as {@link CategoryTree#distance} gives it
   */
  public double weight(int distance) {
    if (distance == CategoryTree.UNRELATED) {
      return unrelated;
    }
    return distance < byDistance.size() ? byDistance.get(distance) : IGNORED;
  }

  @Override
  public String toString() {
    return text(byDistance, unrelated);
  }

  private static String text(List<Double> byDistance, double unrelated) {
    return byDistance.stream().map(TargetSchedule::plain).collect(Collectors.joining("/"))
        + "/"
        + plain(unrelated);
  }

  private static String plain(double weight) {
    return weight == Math.rint(weight) ? Long.toString((long) weight) : Double.toString(weight);
  }
}
