package dev.twotower.data.imports;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.TimeColumn;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.NullWords;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * From the table {@code log} to numbered, split rows: tables {@code users}, {@code items} and
 * {@code context0}, ... (id, and number n from 0), {@code requests} (user u, key q, number n),
 * {@code events} (ord, u, i, q, t, w, s, c0..; everything but ord, t and w a number from 0).
 */
final class RowTables {
  private final QuerySession session;
  private final ImportPlan plan;
  private final TimeColumn time;
  private final List<Boolean> numericContexts;

  RowTables(QuerySession session, ImportPlan plan, TimeColumn time, List<Boolean> numericContexts) {
    this.session = session;
    this.plan = plan;
    this.time = time;
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
                  ? " has no row to import, at most a header line"
                  : plan.where().isEmpty()
                      ? " leaves no row to import: all are bad"
                      : " leaves no row to import; check the --where conditions"));
    }
    number("users", "SELECT u AS id" + usable);
    number(
        "items",
        "SELECT i AS id" + usable + (extraItems == null ? "" : " UNION ALL " + extraItems));
    for (int c = 0; c < numericContexts.size(); c++) {
      if (!numericContexts.get(c)) {
        number(
            "context" + c,
            "SELECT c%1$d AS id%2$s AND c%1$d IS NOT NULL AND NOT (%3$s)"
                .formatted(c, usable, NullWords.in("c" + c, plan.nullWords())));
      }
    }
  }

  /** Says which users and items are not what they look like. */
  List<String> disguised() {
    List<String> found = new ArrayList<>();
    for (String role : List.of("user", "item")) {
      DisguisedIds.note(session, role, role + "s", "id", "").ifPresent(found::add);
    }
    return found;
  }

  /** The same for the log's own requests, once {@link #events} has found them. */
  Optional<String> disguisedRequests() {
    return plan.roles().containsKey("request")
        ? DisguisedIds.note(session, "request", "requests", "q", "u")
        : Optional.empty();
  }

  /** Whether all ids of a role look like lists or structs that were written as text. */
  List<String> listed() {
    List<String> found = new ArrayList<>();
    for (String role : List.of("user", "item")) {
      session.forEach(
          "SELECT bool_and(regexp_full_match(id, '\\[.*\\]|\\{.*[:,].*\\}')), min(id) FROM %ss"
              .formatted(role),
          row -> {
            if (row.getBoolean(1)) {
              found.add(
                  "every %s is a list or a struct written as text, such as '%s', and counts as one id; for its elements, first write one row per element, with SQL's unnest or pandas' explode"
                      .formatted(role, BadRow.shortened(row.getString(2))));
            }
          });
    }
    return found;
  }

  /** Distinct ids in ascending order: by value where all are numbers, otherwise by text. */
  private void number(String table, String ids) {
    session.run(
        "CREATE TABLE %1$s AS WITH ids AS (SELECT DISTINCT id FROM (%2$s)), kind AS (SELECT bool_and(regexp_full_match(id, '-?[0-9]{1,18}')) AS numbers FROM ids) SELECT id, CAST(row_number() OVER (ORDER BY CASE WHEN numbers THEN CAST(id AS BIGINT) END, id) - 1 AS INTEGER) AS n FROM ids, kind"
            .formatted(table, ids));
  }

  /** Gives every row its request and resolves duplicates; returns the rows that this drops. */
  Map<String, Long> events() {
    session.run(
        "CREATE TABLE keyed AS SELECT ord, users.n AS u, items.n AS i, %s AS q, t, CAST(w AS FLOAT) AS w, CAST(s AS INTEGER) AS s%s%s FROM %s JOIN users ON users.id = l.u JOIN items ON items.id = l.i%s"
            .formatted(
                request(),
                contexts(
                    c ->
                        numericContexts.get(c)
                            ? ", coalesce(l.c%1$d, 'NaN'::DOUBLE) AS c%1$d".formatted(c)
                            : ", CAST(coalesce(context%1$d.n + 1, 0) AS DOUBLE) AS c%1$d"
                                .formatted(c)),
                plan.duplicates() == Duplicates.DROP ? ", h" : "",
                usable(),
                contexts(
                    c ->
                        numericContexts.get(c)
                            ? ""
                            : " LEFT JOIN context%1$d ON context%1$d.id = l.c%1$d".formatted(c))));
    long before = session.number("SELECT count(*) FROM keyed");
    session.run(
        "CREATE TABLE requests AS SELECT u, q, CAST(row_number() OVER (ORDER BY u, first, place) -"
            + " 1 AS INTEGER) AS n FROM (SELECT u, q, min(t) AS first, min(ord) AS place FROM keyed"
            + " GROUP BY u, q)");
    String rows =
        "SELECT ord, keyed.u, i, requests.n AS q, t, w, s%s%s FROM keyed JOIN requests ON requests.u = keyed.u AND requests.q = keyed.q"
            .formatted(contexts(c -> ", c" + c), plan.duplicates() == Duplicates.DROP ? ", h" : "");
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
    return "(SELECT *, CASE WHEN %s THEN 1 ELSE 0 END AS fresh FROM log WHERE reason IS NULL) l"
        .formatted(
            time.pause(
                "lag(t) OVER (PARTITION BY u ORDER BY t, ord)",
                "t",
                plan.sessionGap().getAsLong()));
  }

  /** The first of rows that repeat as a whole; what an import makes of them is equal then. */
  private String dropped(String rows) {
    return "SELECT min(ord) AS ord, u, i, q, min(t) AS t, first(w) AS w, s%s FROM (%s) GROUP BY u, i, q, s, h"
        .formatted(contexts(c -> ", first(c%1$d) AS c%1$d".formatted(c)), rows);
  }

  /**
   * The earliest row of each item in a request, with the weights of all; of each item and kind of
   * feedback, where rows have kinds. Among equal times it keeps the place of the first of them.
   */
  private String merged(String rows) {
    String weight = plan.roles().containsKey("weight") ? "sum(w)" : "1.0";
    String earliest =
        "arg_min({'ord': ord%s}, {'t': t, 'ord': ord})"
            .formatted(contexts(c -> ", 'c%1$d': c%1$d".formatted(c)));
    return "SELECT * EXCLUDE (e), e.ord%s FROM (SELECT %s AS e, first(u) AS u, i, q, min(t) AS t, CAST(%s AS FLOAT) AS w, s FROM (%s) GROUP BY i, q, s%s)"
        .formatted(
            contexts(c -> ", e.c" + c),
            earliest,
            weight,
            rows,
            contexts(c -> isKind(c) ? ", c" + c : ""));
  }

  List<String> contextTexts(int context) {
    return session.texts("SELECT id FROM context%d ORDER BY n".formatted(context));
  }

  /** Rows kept of each kind of feedback; empty where rows do not say what they are. */
  Map<String, Long> kinds() {
    Map<String, Long> kinds = new LinkedHashMap<>();
    for (int c = 0; c < numericContexts.size(); c++) {
      if (isKind(c)) {
        session.forEach(
            "SELECT id, count(*) FROM events JOIN context%1$d ON c%1$d = n + 1 GROUP BY id, n ORDER BY n"
                .formatted(c),
            row -> kinds.put(row.getString(1), row.getLong(2)));
      }
    }
    return kinds;
  }

  private boolean isKind(int context) {
    return plan.contexts().get(context).isEvent();
  }

  /** The rows in storage order: u, i, q, t, w, s, then contexts as doubles. */
  String sorted() {
    return "SELECT u, i, q, %s AS t, w, CAST(s AS INTEGER) AS s%s FROM placed ORDER BY q, placed.t, ord"
        .formatted(time.stored(), contexts(c -> ", c" + c));
  }
}
