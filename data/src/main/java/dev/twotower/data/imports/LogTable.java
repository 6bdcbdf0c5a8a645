package dev.twotower.data.imports;

import dev.twotower.data.dataset.BadDataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The table {@code log}: every row of the source with its roles as columns, and in {@code reason}
 * why it is left out. Columns: ord (source order), file, record, u, i, q (texts of user, item,
 * request), t (time, see {@link TimeColumn}), h (hash of the whole row, where repeats are dropped),
 * w (weight), s (split 0..2), c0.. (context), a0.. (attributes of users and items as text), and
 * texts of what could not be read.
 */
final class LogTable {
  private static final int EXAMPLES = 5;
  private static final String UNREADABLE_TIME = "time cannot be read";
  private static final String NEGATIVE = "%1$s LIKE '-%%' AND TRY_CAST(%1$s AS DOUBLE) < 0";

  /**
   * Why rows are left out.
   *
   * @param bad whether such rows count as bad rather than unwanted
   * @param condition when, in SQL
   */
  private record Reason(String label, boolean bad, String condition) {}

  private final QuerySession session;
  private final SourceTable source;
  private final List<Reason> reasons = new ArrayList<>();
  private final Map<String, Long> dropped = new LinkedHashMap<>();
  private final List<BadRow> examples = new ArrayList<>();
  private long rowsRead;

  private LogTable(QuerySession session, SourceTable source) {
    this.session = session;
    this.source = source;
  }

  /**
   * Reads the source.
   *
   * @param roles the value of each role
   * @param time what its times are
   * @param contexts SQL of each context column
   * @param conditions conditions of rows to keep, by their text
   * @param attributes SQL texts of attributes
   */
  static LogTable read(
      QuerySession session,
      SourceTable source,
      Map<String, String> roles,
      TimeColumn time,
      List<String> contexts,
      Map<String, String> conditions,
      List<String> attributes) {
    LogTable log = new LogTable(session, source);
    log.addReasons(roles, time, conditions);
    List<String> inner = new ArrayList<>();
    // 2^40 records a file: the order of files, then of records in them.
    inner.add(
        "(CAST(\"@file\" AS BIGINT) << 40) + CAST(\"@record\" AS BIGINT) AS ord, \"@file\" AS file, \"@record\" AS record");
    roles.forEach((column, sql) -> inner.add(sql + " AS " + column));
    for (int c = 0; c < contexts.size(); c++) {
      inner.add(contexts.get(c) + " AS c" + c);
    }
    for (int a = 0; a < attributes.size(); a++) {
      inner.add(attributes.get(a) + " AS a" + a);
    }
    int kept = 0;
    for (String condition : conditions.values()) {
      inner.add("coalesce(" + condition + ", FALSE) AS where" + kept++);
    }
    String cases =
        log.reasons.isEmpty()
            ? "NULL"
            : java.util.stream.IntStream.range(0, log.reasons.size())
                .mapToObj(r -> "WHEN " + log.reasons.get(r).condition + " THEN " + r)
                .collect(Collectors.joining(" ", "CASE ", " END"));
    try {
      session.run(
          "CREATE TABLE log AS SELECT * EXCLUDE (tt, wt, st%s), CASE WHEN reason IS NOT NULL THEN tt END AS tt, CASE WHEN w IS NULL OR NOT isfinite(w) OR w < 0 THEN wt END AS wt, CASE WHEN s IS NULL THEN st END AS st FROM (SELECT *, CAST(%s AS INTEGER) AS reason FROM (SELECT %s FROM %s))"
              .formatted(
                  java.util.stream.IntStream.range(0, kept)
                      .mapToObj(k -> ", where" + k)
                      .collect(Collectors.joining()),
                  cases,
                  String.join(", ", inner),
                  source.from()));
    } catch (QuerySession.QueryException e) {
      throw new BadDataException(
          source.label() + " cannot be read with these options: " + e.getMessage(), e);
    }
    log.count();
    return log;
  }

  private void addReasons(
      Map<String, String> roles, TimeColumn time, Map<String, String> conditions) {
    int kept = 0;
    for (String text : conditions.keySet()) {
      reasons.add(new Reason("fails --where " + text, false, "NOT where" + kept++));
    }
    for (String role : List.of("user", "item", "request")) {
      String column = role.equals("request") ? "q" : role.substring(0, 1);
      if (!roles.get(column).equals("NULL")) {
        reasons.add(
            new Reason(role + " is absent", true, "coalesce(trim(" + column + "), '') = ''"));
        reasons.add(new Reason(role + " is negative", true, NEGATIVE.formatted(column)));
      }
    }
    reasons.add(new Reason("time is absent", true, "t IS NULL AND coalesce(trim(tt), '') = ''"));
    reasons.add(new Reason(UNREADABLE_TIME, true, "t IS NULL"));
    reasons.add(new Reason("time is negative", true, "t < 0"));
    if (time.timed()) {
      reasons.add(
          new Reason(
              "time is after the year 2200"
                  + (time.counted()
                      ? ": --time-unit says what its numbers count, seconds by default"
                      : ""),
              true,
              time.late()));
    }
    reasons.add(new Reason("weight is absent", true, "w IS NULL AND coalesce(trim(wt), '') = ''"));
    reasons.add(new Reason("weight is no finite number", true, "w IS NULL OR NOT isfinite(w)"));
    reasons.add(new Reason("weight is negative", true, "w < 0"));
    reasons.add(
        new Reason(
            "split is none of train, validation, test", true, "s IS NULL AND st IS NOT NULL"));
  }

  private void count() {
    for (SourceTable.SourceFile file : source.files()) {
      rowsRead += addMalformed(file);
    }
    rowsRead += session.number("SELECT count(*) FROM log");
    Map<Integer, Long> counts = new HashMap<>();
    session.forEach(
        "SELECT reason, count(*) FROM log WHERE reason IS NOT NULL GROUP BY reason",
        row -> counts.put(row.getInt(1), row.getLong(2)));
    for (int r = 0; r < reasons.size(); r++) {
      // A condition that drops nothing is shown too: the table says that it was applied.
      if (counts.containsKey(r) || !reasons.get(r).bad) {
        dropped.put(reasons.get(r).label, counts.getOrDefault(r, 0L));
      }
      if (counts.containsKey(r) && reasons.get(r).bad) {
        addExamples(r);
      }
    }
  }

  /** Counts a file's malformed lines as bad rows; returns how many there are. */
  long addMalformed(SourceTable.SourceFile file) {
    long count = 0;
    for (SourceTable.Malformed malformed : file.malformed(session)) {
      dropped.merge(malformed.reason(), malformed.count(), Long::sum);
      examples.addAll(malformed.examples());
      count += malformed.count();
    }
    return count;
  }

  private void addExamples(int reason) {
    Map<Integer, Map<Long, String>> found = new TreeMap<>();
    session.forEach(
        "SELECT file, record, 'user=' || coalesce(u, '') || ', item=' || coalesce(i, '') || coalesce(', request=' || q, '') || ', time=' || coalesce(left(tt, 200), '') || coalesce(', weight=' || wt, '') || coalesce(', split=' || st, '') FROM log WHERE reason = "
            + reason
            + " ORDER BY ord LIMIT "
            + EXAMPLES,
        row ->
            found
                .computeIfAbsent(row.getInt(1), each -> new LinkedHashMap<>())
                .put(row.getLong(2), row.getString(3)));
    found.forEach(
        (number, texts) -> {
          SourceTable.SourceFile file = source.files().get(number);
          Iterator<Long> lines = file.lines(session, List.copyOf(texts.keySet())).iterator();
          for (String text : texts.values()) {
            examples.add(
                new BadRow(
                    reasons.get(reason).label, file.fileName(), file.unit(), lines.next(), text));
          }
        });
  }

  long rowsRead() {
    return rowsRead;
  }

  /** Rows left out, by reason. */
  Map<String, Long> dropped() {
    return dropped;
  }

  List<BadRow> examples() {
    return examples;
  }

  /**
   * Refuses more bad rows than allowed.
   *
   * @throws BadDataException with counts and examples
   */
  void refuse(long maxBadRows) {
    long bad =
        dropped.entrySet().stream()
            .filter(entry -> !entry.getKey().startsWith("fails --where "))
            .mapToLong(Map.Entry::getValue)
            .sum();
    if (bad <= maxBadRows) {
      return;
    }
    StringBuilder message = new StringBuilder();
    message.append(
        String.format(
            Locale.ROOT,
            "%s: %,d of %,d rows cannot be used; allowed: %,d (--max-bad-rows)",
            source.label(),
            bad,
            rowsRead,
            maxBadRows));
    dropped.forEach(
        (reason, count) -> {
          if (!reason.startsWith("fails --where ")) {
            message.append(String.format(Locale.ROOT, "%n  %,d: %s", count, reason));
            examples.stream()
                .filter(example -> example.reason().equals(reason))
                .forEach(
                    example ->
                        message.append(
                            "%n    %s %s %d: %s"
                                .formatted(
                                    example.file(),
                                    example.unit(),
                                    example.line(),
                                    example.text())));
          }
        });
    if (dropped.containsKey(UNREADABLE_TIME)) {
      message.append("%nTexts in another form are read with --time-format".formatted());
    }
    message.append(
        "%nRepair the file, leave such rows out by name with --where, or allow them with --max-bad-rows %d"
            .formatted(bad));
    throw new BadDataException(message.toString());
  }
}
