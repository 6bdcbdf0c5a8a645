package dev.twotower.data.imports;

import dev.twotower.data.duckdb.QuerySession;
import java.util.Locale;
import java.util.Optional;

/**
 * Pairs of rows of exactly one moment. Where there are many, somebody did several things at once, a
 * basket or a page: such pairs have one user and two items. Pairs of one item and two users come
 * together by chance alone, unless the two columns are interchanged.
 *
 * @param pairs of one moment
 * @param oneUser those of one user
 * @param oneItem those of one item
 * @param chance that two rows of any moments have one item
 */
record SharedMoments(double pairs, double oneUser, double oneItem, double chance) {
  /** Rows that tell enough; of a larger log, a sample of its moments. */
  private static final long MOST_ROWS = 2_000_000;

  private static final double LEAST_PAIRS = 100;
  private static final double MOST_OF_PAIRS = 0.5;

  /** How much more often than by chance, and than one user. */
  private static final double TIMES = 20;

  private static final String QUERY =
      """
      WITH rows AS (SELECT u, i, t FROM placed WHERE hash(t) %% %d = 0),
      moments AS (SELECT count(*) AS n FROM rows GROUP BY t),
      users AS (SELECT count(*) AS n FROM rows GROUP BY t, u),
      items AS (SELECT count(*) AS n FROM rows GROUP BY t, i),
      alike AS (SELECT count(*) AS n FROM rows GROUP BY i)
      SELECT (SELECT %s FROM moments), (SELECT %s FROM users), (SELECT %s FROM items),
        (SELECT %s FROM alike) / greatest((SELECT count(*) * (count(*) - 1.0) / 2 FROM rows), 1)
      """;

  static SharedMoments of(QuerySession session) {
    long rows = session.number("SELECT count(*) FROM placed");
    long every = rows / MOST_ROWS + 1;
    SharedMoments[] found = {null};
    session.forEach(
        QUERY.formatted(every, pairsOf(), pairsOf(), pairsOf(), pairsOf()),
        row ->
            found[0] =
                new SharedMoments(
                    row.getDouble(1), row.getDouble(2), row.getDouble(3), row.getDouble(4)));
    return found[0];
  }

  private static String pairsOf() {
    return "coalesce(sum(n * (n - 1.0) / 2), 0.0)";
  }

  /** Why user and item are interchanged; empty if nothing says so. */
  Optional<String> interchanged() {
    boolean told =
        pairs >= LEAST_PAIRS
            && oneItem >= MOST_OF_PAIRS * pairs
            && oneItem >= TIMES * oneUser
            && oneItem >= TIMES * chance * pairs;
    return told
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "of %,.0f pairs of rows of one moment, %,.0f have one item and %,.0f one user, as"
                    + " though items did several things at once",
                pairs,
                oneItem,
                oneUser))
        : Optional.empty();
  }
}
