package dev.twotower.data.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What to generate. Equal requests give equal data sets.
 *
 * @param users number of users, 2..100,000,000
 * @param items number of items, 20..100,000,000
 * @param rows number of rows over all splits, exactly; at least 3 per user, at most a quarter of
 *     the items per user
 * @param seed of every draw
 * @param tree mean number of children of a category, level by level from the top: {@code [12, 5]}
 *     gives 12 departments of about 5 categories each
 * @param requestRows mean rows of a request, at least 1
 * @param activityTail spread of rows per user: standard deviation of their logarithm, 0..3
 * @param requestTail spread of rows per request, likewise
 * @param popularityTail exponent of item quality by rank (Zipf), 0..3; 0 makes all items alike
 * @param taste share of rows that follow the user's taste rather than quality alone, 0..1; 0 leaves
 *     nothing to learn but popularity
 * @param days the log spans, 1..36,500
 * @param heldOut what tests and validates
 */
public record GenerateRequest(
    int users,
    int items,
    long rows,
    long seed,
    List<Integer> tree,
    double requestRows,
    double activityTail,
    double requestTail,
    double popularityTail,
    double taste,
    int days,
    HeldOut heldOut) {
  /** What each user tests and validates with. */
  public enum HeldOut {
    /** The last row tests, the one before it validates: how well is a request completed? */
    LEAVE_LAST_OUT,
    /**
     * The last request tests, the one before it validates: how well is the next request predicted?
     * Users with fewer than three requests only train.
     */
    LEAVE_LAST_REQUEST_OUT;

    /** The split's name, as {@code import --split} has it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Fewest rows of a user: one each to train, validate and test on. */
  static final int LEAST_ROWS = 3;

  private static final int LARGEST = 100_000_000;

  public GenerateRequest {
    tree = List.copyOf(tree);
    var errors = new ArrayList<String>();
    check(errors, "users", users, 2, LARGEST);
    check(errors, "items", items, 20, LARGEST);
    if (errors.isEmpty()) {
      long most = (long) users * mostRows(items);
      if (rows < (long) LEAST_ROWS * users || rows > most) {
        errors.add(
            "rows is %d; allowed for %d users and %d items: %d..%d (3 per user to a quarter of the"
                    .formatted(rows, users, items, (long) LEAST_ROWS * users, most)
                + " items per user)");
      }
    }
    if (tree.isEmpty() || tree.size() > 20) {
      errors.add("tree has " + tree.size() + " levels; allowed: 1..20");
    }
    for (int level = 0; level < tree.size(); level++) {
      check(errors, "tree level " + (level + 1), tree.get(level), level == 0 ? 2 : 1, 100_000);
    }
    check(errors, "requestRows", requestRows, 1, 10_000);
    check(errors, "activityTail", activityTail, 0, 3);
    check(errors, "requestTail", requestTail, 0, 3);
    check(errors, "popularityTail", popularityTail, 0, 3);
    check(errors, "taste", taste, 0, 1);
    check(errors, "days", days, 1, 36_500);
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException("cannot generate: " + String.join("; ", errors));
    }
  }

  /** A request with the default shape. */
  public static GenerateRequest of(int users, int items, long rows, long seed) {
    return new GenerateRequest(
        users,
        items,
        rows,
        seed,
        defaultTree(items),
        8,
        0.8,
        0.7,
        0.9,
        0.8,
        90,
        HeldOut.LEAVE_LAST_OUT);
  }

  /**
   * The data set of {@code twotower demo}: small enough for a few minutes on two cores, skewed
   * enough that sorted batches break in-batch negatives, large enough that six seeds decide.
   */
  public static GenerateRequest demo(long seed) {
    return new GenerateRequest(
        8_000,
        1_000,
        240_000,
        seed,
        defaultTree(1_000),
        3,
        0.8,
        0.7,
        0.8,
        0.95,
        90,
        HeldOut.LEAVE_LAST_REQUEST_OUT);
  }

  /** Three levels with about ten items per leaf. */
  public static List<Integer> defaultTree(int items) {
    double leaves = Math.max(8, items / 10.0);
    int below = (int) Math.max(2, Math.round(Math.cbrt(leaves / 2)));
    return List.of((int) Math.max(2, Math.round(leaves / below / below)), below, below);
  }

  static int mostRows(int items) {
    return Math.max(LEAST_ROWS, items / 4);
  }

  private static void check(
      List<String> errors, String name, double value, double least, double most) {
    // Also refuses NaN.
    if (!(value >= least && value <= most)) {
      errors.add("%s is %s; allowed: %s..%s".formatted(name, text(value), text(least), text(most)));
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
