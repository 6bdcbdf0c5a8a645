package dev.twotower.data.describe;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.TrainCounts;
import java.util.Arrays;
import java.util.List;

/**
 * Computes {@link ExpectedRate}s of a training split from counts alone; see the package's
 * description for the formulas. One pass over the rows for each batch size; memory is the rows of
 * one user.
 */
final class ExpectedRates {
  private final Interactions rows;
  private final int users;
  private final TrainCounts counted;

  /**
   * Works on a training split.
   *
   * @param users users of the data set
   */
  ExpectedRates(TrainCounts counted, int users) {
    this.rows = counted.train();
    this.users = users;
    this.counted = counted;
  }

  /**
   * The rates of IID batches, under {@code identity} and under {@code identity+user}; exact.
   *
   * @param batchSize 2..rows of the split; moves {@code effectiveUsers} only
   */
  public List<ExpectedRate> iid(int batchSize) {
    requireBatch(batchSize);
    double n = rows.rows();
    double perPair = (batchSize - 1.0) / (n - 1);
    var sums = new Sums();
    for (int user = 0; user < users; user++) {
      UserCounts counts = count(user, 0);
      if (counts.rows > 0) {
        double mates = perPair * counts.rows * (counts.rows - 1.0);
        double sameItem = perPair * (counts.repeatSquares - counts.rows);
        sums.add(counts, mates, sameItem, perPair * counts.rows * (n - counts.rows), n);
      }
    }
    return sums.rates("iid", batchSize, n, "exact");
  }

  /**
   * The rates of sorted batches, under {@code identity} and under {@code identity+user}. The
   * expected pairs of rows of one user are exact, those of different users are estimated; the rates
   * are quotients of both, so on a log of few users they are all estimates.
   *
   * @param batchSize 2..rows of the split
   */
  public List<ExpectedRate> sorted(int batchSize) {
    return sortedPairs(batchSize)
        .rates("sorted", batchSize, rows.rows(), "exact same-user, estimated collisions");
  }

  Sums sortedPairs(int batchSize) {
    requireBatch(batchSize);
    double n = rows.rows();
    double matesOfRow = pairsWithin(n, batchSize) / n;
    var sums = new Sums();
    for (int user = 0; user < users; user++) {
      UserCounts counts = count(user, batchSize);
      if (counts.rows > 0) {
        double mates = pairsWithin(counts.rows, batchSize);
        double others = Math.max(0, counts.rows * matesOfRow - mates);
        sums.add(counts, mates, counts.nearRepeats, others, n);
      }
    }
    return sums;
  }

  private void requireBatch(int batchSize) {
    if (batchSize < 2 || batchSize > rows.rows()) {
      throw new IllegalArgumentException(
          "batch size " + batchSize + "; allowed: 2.." + rows.rows() + " (the rows of the split)");
    }
  }

  /** Expected ordered pairs of {@code run} adjacent rows that share a sorted batch. */
  static double pairsWithin(double run, int batchSize) {
    double b = batchSize;
    double m = Math.min(run, b) - 1;
    // Sum over d = 1..m of 2 (run - d)(b - d)/b, from the sums of d and d^2.
    return 2 / b * (m * run * b - (run + b) * m * (m + 1) / 2 + m * (m + 1) * (2 * m + 1) / 6);
  }

  /** What the formulas need to know of one user. */
  private static final class UserCounts {
    /** n_u. */
    long rows;

    /** S(u): rows of anyone with an item of the user. */
    double rowsOfItems;

    /** Sum over the user's rows of the rows of the row's item. */
    double rowsOfItemsByRow;

    /** Sum over items of c(u,j)^2. */
    double repeatSquares;

    /** Expected ordered pairs of the user with equal items in a sorted batch. */
    double nearRepeats;
  }

  private final UserCounts counts = new UserCounts();
  private long[] keys = new long[1024];

  private UserCounts count(int user, int batchSize) {
    long start = rows.userStart(user);
    int n = Math.toIntExact(rows.userEnd(user) - start);
    if (keys.length < n) {
      keys = new long[Math.max(n, 2 * keys.length)];
    }
    for (int i = 0; i < n; i++) {
      keys[i] = (long) rows.item(start + i) << 32 | i;
    }
    Arrays.sort(keys, 0, n);
    counts.rows = n;
    counts.rowsOfItems = 0;
    counts.rowsOfItemsByRow = 0;
    counts.repeatSquares = 0;
    counts.nearRepeats = 0;
    for (int from = 0; from < n; ) {
      int item = (int) (keys[from] >>> 32);
      int to = from + 1;
      while (to < n && (int) (keys[to] >>> 32) == item) {
        to++;
      }
      double repeats = to - from;
      counts.rowsOfItems += counted.rows(item);
      counts.rowsOfItemsByRow += repeats * counted.rows(item);
      counts.repeatSquares += repeats * repeats;
      counts.nearRepeats += nearRepeats(from, to, batchSize);
      from = to;
    }
    return counts;
  }

  /** Ordered pairs of equal items at distance d below the batch size, each weighing (B - d)/B. */
  private double nearRepeats(int from, int to, int batchSize) {
    double sum = 0;
    int first = from;
    double placesBefore = 0;
    for (int at = from; at < to; at++) {
      int place = (int) keys[at];
      while (place - (int) keys[first] >= batchSize && first < at) {
        placesBefore -= (int) keys[first++];
      }
      int near = at - first;
      sum += 2 * (near * (double) (batchSize - place) + placesBefore);
      placesBefore += place;
    }
    return batchSize == 0 ? 0 : sum / batchSize;
  }

  /** Pairs over all users, in expectation. */
  static final class Sums {
    private double mates;
    private double sameUser;
    private double collisions;
    private double validOthers;

    double mates() {
      return mates;
    }

    double sameUser() {
      return sameUser;
    }

    /**
     * Adds a user.
     *
     * @param userMates expected ordered pairs within the user
     * @param sameItem those of them with equal items
     * @param others expected pairs of an anchor of the user with another user's row
     * @param n rows of the split
     */
    void add(UserCounts user, double userMates, double sameItem, double others, double n) {
      mates += userMates;
      sameUser += userMates - sameItem;
      double allOthers = user.rows * (n - user.rows);
      if (allOthers > 0) {
        // Other users' rows with an anchor's own item: removed by identity.
        double ownItem = user.rowsOfItemsByRow - user.repeatSquares;
        double share = others / allOthers;
        collisions += share * (user.rows * (user.rowsOfItems - user.rows) - ownItem);
        validOthers += share * (allOthers - ownItem);
      }
    }

    List<ExpectedRate> rates(String layout, int batchSize, double n, String method) {
      double effectiveUsers = batchSize / (1 + mates / n);
      double valid = sameUser + validOthers;
      double same = ratio(sameUser, valid);
      double collision = ratio(collisions, valid);
      double masked = ratio(collisions, validOthers);
      return List.of(
          new ExpectedRate(
              layout,
              batchSize,
              "identity",
              same + collision,
              same,
              collision,
              effectiveUsers,
              method),
          new ExpectedRate(
              layout, batchSize, "identity+user", masked, 0, masked, effectiveUsers, method));
    }

    private static double ratio(double part, double whole) {
      return whole == 0 ? 0 : part / whole;
    }
  }
}
