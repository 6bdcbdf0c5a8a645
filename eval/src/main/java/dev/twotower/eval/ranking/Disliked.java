package dev.twotower.eval.ranking;

import java.util.Collection;
import java.util.Optional;

/**
 * Names of the shares of what users must not get that a ranking lists all the same, {@code
 * disliked@K}: they stand beside metrics, of which they are none, as the lower is the better.
 */
public final class Disliked {
  private static final String NAME = "disliked@";

  private Disliked() {}

  /** The share within the first {@code k} places. */
  static String name(int k) {
    return NAME + k;
  }

  /** Whether a figure is such a share. */
  public static boolean isOne(String name) {
    return name.startsWith(NAME);
  }

  /**
   * The share to show beside a metric: within as many places, or the first there is; empty where
   * there is none.
   *
   * @param names of figures
   */
  public static Optional<String> beside(String metric, Collection<String> names) {
    String same = name(Metric.parse(metric).k());
    return names.contains(same)
        ? Optional.of(same)
        : names.stream().filter(Disliked::isOne).findFirst();
  }

  /** What readers of a table need to know of a share. */
  public static String key(String name) {
    return name
        + ": of the items that a user rejects (events: never) in the rows that are ranked,"
        + " the share in as many first places, over users who reject some; the lower, the better;"
        + " not judged";
  }
}
