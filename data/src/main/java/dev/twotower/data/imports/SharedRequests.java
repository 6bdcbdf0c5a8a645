package dev.twotower.data.imports;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.message.Amount;
import dev.twotower.data.message.ShellWord;
import dev.twotower.data.odd.RoleNames;
import java.util.Map;
import java.util.Optional;

/**
 * What the ids of a log's requests say of its columns, once {@link RowTables#events} has given
 * every user requests of its own. The rules are those of {@link dev.twotower.data.odd}.
 *
 * @param ids distinct texts
 * @param shared those that come with several users
 * @param most users of one
 */
record SharedRequests(long ids, long shared, long most) {
  private static final double NEARLY_ALL = 0.9;
  private static final long LEAST_SHARED = 10;

  /** Fewer change little: each is a request of every user that it comes with. */
  private static final double TOLD = 0.01;

  static SharedRequests of(QuerySession session) {
    SharedRequests[] found = new SharedRequests[1];
    session.forEach(
        "SELECT count(*), count(*) FILTER (users > 1), max(users) FROM (SELECT count(*) AS users"
            + " FROM requests GROUP BY q)",
        row -> found[0] = new SharedRequests(row.getLong(1), row.getLong(2), row.getLong(3)));
    return found[0];
  }

  /**
   * Whether user and item are interchanged; empty if nothing says so.
   *
   * @param roles column or expression by role
   */
  static Optional<String> interchanged(QuerySession session, Map<String, String> roles) {
    String user = roles.get("user");
    String item = roles.get("item");
    String check =
        "should it be --column user=%s --column item=%s?".formatted(quoted(item), quoted(user));
    if (RoleNames.interchanged(user, item)) {
      return Optional.of(
          "by their names, '%s' says what it was and '%s' who it was: %s"
              .formatted(user, item, check));
    }
    Optional<String> told = roles.containsKey("request") ? byRequests(session) : Optional.empty();
    if (told.isEmpty() && roles.containsKey("time")) {
      told = SharedMoments.of(session).interchanged();
    }
    return told.map(why -> why + ": " + check);
  }

  /** Nearly every request has one item and several users. */
  private static Optional<String> byRequests(QuerySession session) {
    SharedRequests requests = of(session);
    if (requests.shared < LEAST_SHARED || requests.shared < requests.ids / 2) {
      return Optional.empty();
    }
    long[] count = new long[2];
    session.forEach(
        "SELECT count(*), count(*) FILTER (items = 1) FROM (SELECT count(DISTINCT i) AS items FROM"
            + " placed JOIN requests ON requests.n = placed.q GROUP BY requests.q HAVING count(*) >"
            + " 1)",
        row -> {
          count[0] = row.getLong(1);
          count[1] = row.getLong(2);
        });
    return count[1] >= NEARLY_ALL * count[0]
        ? Optional.of(
            "%s of %s with several rows have one item and several users"
                .formatted(Amount.number(count[1]), Amount.of(count[0], "request")))
        : Optional.empty();
  }

  private static String quoted(String column) {
    return column.matches("[\\p{L}\\p{N}_.-]+") ? column : "'" + column + "'";
  }

  /**
   * What is told of ids that come with several users; empty where few do or they are counts.
   *
   * @param column the column or expression that they are in, as it was given
   * @param sql the same in SQL
   */
  Optional<String> note(QuerySession session, String column, String sql) {
    return shared == 0 || shared < TOLD * ids || counted(session)
        ? Optional.empty()
        : Optional.of(
            "%s of %s of '%s' %s with several users (up to %s), and %s one request per user: a request belongs to one user (told from 1 %% on). If its ids start again, every day or in every shop, add that to them, as in --column request=%s; otherwise check the user's column"
                .formatted(
                    Amount.number(shared),
                    Amount.of(ids, "id"),
                    column,
                    shared == 1 ? "comes" : "come",
                    Amount.number(most),
                    shared == 1 ? "counts as" : "count as",
                    ShellWord.of("concat(DAY, '-', %s)".formatted(sql))));
  }

  /** Whether ids number the requests of each user. */
  private static boolean counted(QuerySession session) {
    long[] users = new long[2];
    session.forEach(
        "SELECT count(*), count(*) FILTER (whole AND low <= 1 AND low >= 0 AND high - low + 1 = n)"
            + " FROM (SELECT bool_and(TRY_CAST(q AS BIGINT) IS NOT NULL) AS whole, min(TRY_CAST(q"
            + " AS BIGINT)) AS low, max(TRY_CAST(q AS BIGINT)) AS high, count(*) AS n FROM requests"
            + " GROUP BY u)",
        row -> {
          users[0] = row.getLong(1);
          users[1] = row.getLong(2);
        });
    return 2 * users[1] >= users[0];
  }
}
