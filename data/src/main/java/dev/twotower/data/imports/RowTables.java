package dev.twotower.data.imports;

import dev.twotower.data.dataset.BadDataException;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * From the table {@code log} to numbered, split rows: tables {@code users}, {@code items} and
 * {@code context0}, ... (id, and number n from 0), {@code requests} (user u, key q, number n),
 * {@code events} (ord, u, i, q, t, w, s, c0..; everything but ord, t and w a number from 0).
 */
final class RowTables {
  private final QuerySession session;
  private final ImportPlan plan;
  private final List<Boolean> numericContexts;

  RowTables(QuerySession session, ImportPlan plan, List<Boolean> numericContexts) {
    this.session = session;
    this.plan = plan;
    this.numericContexts = numericContexts;
  }

  /** For every context column c0, c1, ... a piece of SQL. */
  private String contexts(IntFunction<String> sql) {
    return IntStream.range(0, numericContexts.size()).mapToObj(sql).collect(Collectors.joining());
  }

  /**
   * Numbers users, items and the texts of categorical contexts.
   *
   * @param extraItems a query of ids of items beside those of the log, null for none
   */
  void number(String extraItems) {
    String usable = " FROM log WHERE reason IS NULL";
    if (session.number("SELECT count(*)" + usable) == 0) {
      throw new BadDataException(
          plan.log().label()
              + (session.number("SELECT count(*) FROM log") == 0
                  ? " holds no row to import, at most a line of names"
                  : plan.where().isEmpty()
                      ? " leaves no row to import: all are bad"
                      : " leaves no row to import; look at the --where conditions"));
    }
    number("users", "SELECT u AS id" + usable);
    number(
        "items",
        "SELECT i AS id" + usable + (extraItems == null ? "" : " UNION ALL " + extraItems));
    for (int c = 0; c < numericContexts.size(); c++) {
      if (!numericContexts.get(c)) {
        number("context" + c, "SELECT c%1$d AS id%2$s AND c%1$d IS NOT NULL".formatted(c, usable));
      }
    }
  }

  /** Distinct ids in ascending order: by value where all are numbers, otherwise by text. */
  private void number(String table, String ids) {
    session.run(
        "CREATE TABLE %1$s AS WITH ids AS (SELECT DISTINCT id FROM (%2$s)), kind AS (SELECT bool_and(regexp_full_match(id, '[0-9]{1,18}')) AS numbers FROM ids) SELECT id, CAST(row_number() OVER (ORDER BY CASE WHEN numbers THEN CAST(id AS BIGINT) END, id) - 1 AS INTEGER) AS n FROM ids, kind"
            .formatted(table, ids));
  }

  /** Gives every row its request and resolves duplicates; returns the rows that this drops. */
  Map<String, Long> events() {
    session.run(
        "CREATE TABLE keyed AS SELECT ord, users.n AS u, items.n AS i, %s AS q, t, CAST(w AS FLOAT) AS w, CAST(s AS INTEGER) AS s%s FROM %s JOIN users ON users.id = l.u JOIN items ON items.id = l.i%s"
            .formatted(
                request(),
                contexts(
                    c ->
                        numericContexts.get(c)
                            ? ", coalesce(l.c%1$d, 'NaN'::DOUBLE) AS c%1$d".formatted(c)
                            : ", CAST(coalesce(context%1$d.n + 1, 0) AS DOUBLE) AS c%1$d"
                                .formatted(c)),
                usable(),
                contexts(
                    c ->
                        numericContexts.get(c)
                            ? ""
                            : " LEFT JOIN context%1$d ON context%1$d.id = l.c%1$d".formatted(c))));
    long before = session.number("SELECT count(*) FROM keyed");
    session.run(
        "CREATE TABLE requests AS SELECT u, q, CAST(row_number() OVER (ORDER BY u, first, place) - 1 AS INTEGER) AS n FROM (SELECT u, q, min(t) AS first, min(ord) AS place FROM keyed GROUP BY u, q)");
    String rows =
        "SELECT ord, keyed.u, i, requests.n AS q, t, w, s%s FROM keyed JOIN requests ON requests.u = keyed.u AND requests.q = keyed.q"
            .formatted(contexts(c -> ", c" + c));
    session.run(
        "CREATE TABLE events AS "
            + switch (plan.duplicates()) {
              case KEEP -> rows;
              case DROP -> dropped(rows);
              case MERGE -> merged(rows);
            });
    session.run("DROP TABLE keyed");
    Map<String, Long> result = new LinkedHashMap<>();
    if (plan.duplicates() != Duplicates.KEEP) {
      result.put(
          plan.duplicates() == Duplicates.DROP
              ? "repeats of a whole row (--duplicates drop)"
              : "merged into a row of the same user, request and item (--duplicates merge)",
          before - session.number("SELECT count(*) FROM events"));
    }
    return result;
  }

  private String request() {
    if (plan.roles().containsKey("request")) {
      return "l.q";
    }
    if (plan.sessionGap().isEmpty()) {
      return "0";
    }
    return "sum(fresh) OVER (PARTITION BY l.u ORDER BY t, ord ROWS UNBOUNDED PRECEDING)";
  }

  private String usable() {
    if (plan.sessionGap().isEmpty()) {
      return "(SELECT * FROM log WHERE reason IS NULL) l";
    }
    // A session starts where the user has paused longer than the gap.
    return "(SELECT *, CASE WHEN t - lag(t) OVER (PARTITION BY u ORDER BY t, ord) > %d THEN 1 ELSE 0 END AS fresh FROM log WHERE reason IS NULL) l"
        .formatted(plan.sessionGap().getAsLong());
  }

  private String dropped(String rows) {
    String key = "u, i, q, t, w, s" + contexts(c -> ", c" + c);
    return "SELECT min(ord) AS ord, %s FROM (%s) GROUP BY %s".formatted(key, rows, key);
  }

  private String merged(String rows) {
    String weight = plan.roles().containsKey("weight") ? "sum(w)" : "1.0";
    return "SELECT min(ord) AS ord, first(u) AS u, i, q, min(t) AS t, CAST(%s AS FLOAT) AS w, s%s FROM (%s) GROUP BY i, q, s"
        .formatted(weight, contexts(c -> ", arg_min(c%1$d, ord) AS c%1$d".formatted(c)), rows);
  }

  List<String> contextTexts(int context) {
    return session.texts("SELECT id FROM context%d ORDER BY n".formatted(context));
  }

  /** Puts every row into a split, as the table {@code placed}. */
  void split() {
    String split;
    SplitRule rule = plan.split().ofRows();
    if (rule instanceof SplitRule.LeaveLastOut) {
      split =
          "SELECT * EXCLUDE (s, back, rows), CASE WHEN rows < 3 OR back > 2 THEN 0 WHEN back = 2 THEN 1 ELSE 2 END AS s FROM (SELECT *, row_number() OVER (PARTITION BY u ORDER BY t DESC, ord DESC) AS back, count(*) OVER (PARTITION BY u) AS rows FROM events)";
    } else if (rule instanceof SplitRule.Time time) {
      split =
          "SELECT events.* EXCLUDE (s), CASE WHEN t < v THEN 0 WHEN t < e THEN 1 ELSE 2 END AS s FROM events, (SELECT quantile_disc(t, %s) AS v, quantile_disc(t, %s) AS e FROM events)"
              .formatted(1 - 2 * time.fraction(), 1 - time.fraction());
    } else {
      split = "SELECT * FROM events";
    }
    session.run("CREATE TABLE placed AS " + split);
    session.run("DROP TABLE events");
  }

  /**
   * Takes the training rows of held-out items away.
   *
   * @return how many, under the reason for leaving them out; empty where no items are held out
   * @throws BadDataException when the share makes no item, or leaves no training row
   */
  Map<String, Long> holdOut(SplitRule.ColdItems rule, long seed, List<String> notes) {
    IntArrayList found = new IntArrayList();
    session.forEach(
        "SELECT DISTINCT i FROM placed WHERE s = 0 ORDER BY i", row -> found.add(row.getInt(1)));
    int[] items = found.toIntArray();
    int cold = (int) Math.round(rule.fraction() * items.length);
    if (cold == 0 || cold == items.length) {
      throw new BadDataException(
          "--split %s holds out %d of the %d items with training rows; choose another fraction"
              .formatted(rule, cold, items.length));
    }
    PermutationSampler.shuffle(Streams.stream(seed, "import.cold-items"), items);
    String drawn = Arrays.toString(Arrays.copyOf(items, cold));
    session.run("CREATE TABLE cold AS SELECT unnest(%s) AS i".formatted(drawn));
    String rows = "FROM placed WHERE i IN (SELECT i FROM cold) AND s ";
    long dropped = session.number("SELECT count(*) " + rows + "= 0");
    long validation = session.number("SELECT count(*) " + rows + "= 1");
    long test = session.number("SELECT count(*) " + rows + "= 2");
    session.run("DELETE " + rows + "= 0");
    notes.add(
        String.format(
            Locale.ROOT,
            "%,d of %,d items are held out of training; %,d rows of validation and %,d of test are theirs",
            cold,
            items.length,
            validation,
            test));
    return Map.of("training rows of held-out items (--split cold-items)", dropped);
  }

  /** Rows per split, before a validation part is drawn. */
  long[] splitRows() {
    long[] rows = new long[Split.values().length];
    session.forEach(
        "SELECT s, count(*) FROM placed GROUP BY s", row -> rows[row.getInt(1)] = row.getLong(2));
    return rows;
  }

  /** The rows in storage order: u, i, q, t, w, s, then contexts as doubles. */
  String sorted() {
    String time = plan.roles().containsKey("time") ? "t * 1000000 AS t" : "t";
    return "SELECT u, i, q, %s, w, CAST(s AS INTEGER) AS s%s FROM placed ORDER BY q, placed.t, ord"
        .formatted(time, contexts(c -> ", c" + c));
  }

  /** Train rows of each user. */
  int[] trainRows(int users) {
    int[] rows = new int[users];
    session.forEach(
        "SELECT u, count(*) FROM placed WHERE s = 0 GROUP BY u",
        row -> rows[row.getInt(1)] = Math.toIntExact(row.getLong(2)));
    return rows;
  }
}
