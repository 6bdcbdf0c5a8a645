package dev.twotower.data.imports;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.Reasons.Reason;
import dev.twotower.data.imports.columns.ContextColumn;
import dev.twotower.data.imports.columns.SqlRefusal;
import dev.twotower.data.imports.columns.TextNumbers;
import dev.twotower.data.imports.columns.TimeColumn;
import dev.twotower.data.imports.columns.TimeForms;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.NullWords;
import dev.twotower.data.imports.source.SourceTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The table {@code log}: every row of the source with its roles as columns, and in {@code reason}
 * why it is left out. Columns: ord (source order, see {@link SourceTable#ORDER}), u, i, q (texts of
 * user, item, request), t (time, see {@link TimeColumn}), h (hash of the whole row, where repeats
 * are dropped), w (weight), s (split 0..2), c0.. (context), a0.. (attributes of users and items as
 * text), j0.. (whether a joined file has the row's key), and texts of what could not be read: tt,
 * wt, st, and k0.. of contexts.
 */
final class LogTable {
  private static final int EXAMPLES = 5;

  private final QuerySession session;
  private final SourceTable source;
  private final List<String> nullWords;
  private final List<ContextColumn> contexts;
  private final Reasons reasons;
  private final Map<String, Long> dropped = new LinkedHashMap<>();
  private final List<BadRow> examples = new ArrayList<>();
  private final Optional<String> timeFormat;
  private final String timeSql;
  private long rowsOfLog;
  private long rowsRead;

  private LogTable(
      QuerySession session,
      ImportPlan plan,
      List<ContextColumn> contexts,
      Reasons reasons,
      Optional<String> timeFormat) {
    this.session = session;
    this.source = plan.log();
    this.nullWords = plan.nullWords();
    this.contexts = contexts;
    this.reasons = reasons;
    this.timeFormat = timeFormat;
    String option = plan.roles().getOrDefault("time", "");
    this.timeSql =
        source.find(option) == null
            ? "(" + option + ")"
            : QuerySession.ident(source.find(option).name());
  }

  /**
   * Reads the source.
   *
   * @param roles the value of each role
   * @param time what its times are
   * @param contexts the context columns
   * @param conditions conditions of rows to keep, by their text
   * @param attributes SQL texts of attributes
   * @param timeFormat how texts of times were asked to be read
   */
  static LogTable read(
      QuerySession session,
      ImportPlan plan,
      Map<String, String> roles,
      TimeColumn time,
      List<ContextColumn> contexts,
      Map<String, String> conditions,
      List<String> attributes,
      Optional<String> timeFormat) {
    SourceTable source = plan.log();
    Reasons reasons =
        Reasons.of(roles, time, conditions.keySet(), contexts, plan.nullWords(), source.commas());
    LogTable log = new LogTable(session, plan, contexts, reasons, timeFormat);
    List<String> inner = new ArrayList<>();
    inner.add(SourceTable.ORDER + " AS ord");
    roles.forEach((column, sql) -> inner.add(sql + " AS " + column));
    for (int c = 0; c < contexts.size(); c++) {
      inner.add(contexts.get(c).sql() + " AS c" + c);
      if (contexts.get(c).numeric()) {
        inner.add(contexts.get(c).text() + " AS k" + c);
      }
    }
    for (int j = 0; j < source.joins().size(); j++) {
      inner.add(QuerySession.ident(source.joins().get(j).marker()) + " AS j" + j);
    }
    for (int a = 0; a < attributes.size(); a++) {
      inner.add(attributes.get(a) + " AS a" + a);
    }
    int kept = 0;
    for (String condition : conditions.values()) {
      inner.add("coalesce(" + condition + ", FALSE) AS where" + kept++);
    }
    try {
      session.run(
          "CREATE TABLE log AS SELECT * EXCLUDE (tt, wt, st%s), CASE WHEN reason IS NOT NULL THEN tt END AS tt, CASE WHEN w IS NULL OR NOT isfinite(w) OR w < 0 THEN wt END AS wt, CASE WHEN s IS NULL THEN st END AS st%s FROM (SELECT *, CAST(%s AS INTEGER) AS reason FROM (SELECT %s FROM %s))"
              .formatted(
                  log.passing(roles, kept),
                  log.unreadContexts(),
                  log.reasons.number(),
                  String.join(", ", inner),
                  source.from()));
    } catch (QuerySession.QueryException e) {
      throw log.unreadable(plan, roles, contexts, conditions, e);
    }
    log.count();
    return log;
  }

  /** Names the option whose expression fails on a row, where it is one alone. */
  private RuntimeException unreadable(
      ImportPlan plan,
      Map<String, String> roles,
      List<ContextColumn> contexts,
      Map<String, String> conditions,
      QuerySession.QueryException failure) {
    Map<String, String> expressions = new LinkedHashMap<>();
    conditions.forEach(
        (text, sql) -> expressions.put("--where '" + BadRow.shortened(text) + "'", sql));
    plan.roles()
        .forEach(
            (role, option) ->
                expressions.put(
                    "--column %s='%s'".formatted(role, BadRow.shortened(option)),
                    roles.getOrDefault(Roles.column(role), "NULL")));
    contexts.forEach(context -> expressions.put("--context " + context.name(), context.sql()));
    String which = "";
    QuerySession.QueryException refused = failure;
    for (Map.Entry<String, String> each : expressions.entrySet()) {
      try {
        session.run("SELECT count(%s) FROM %s".formatted(each.getValue(), source.from()));
      } catch (QuerySession.QueryException e) {
        which = each.getKey();
        refused = e;
        break;
      }
    }
    if (SqlRefusal.isOfLiteral(refused.getMessage(), which)) {
      return new IllegalArgumentException(
          "%s: %s".formatted(which, SqlRefusal.told(refused.getMessage(), which)), refused);
    }
    return new BadDataException(
        "%s cannot be read with these options: %s%s"
            .formatted(
                source.label(),
                which.isEmpty() ? "" : which + " fails on a row: ",
                TextNumbers.problem(session, source, which)
                    .orElse(SqlRefusal.told(refused.getMessage(), which))),
        failure);
  }

  /** Columns that only the reasons need, led by commas. */
  private String passing(Map<String, String> roles, int conditions) {
    StringBuilder names = new StringBuilder();
    for (int k = 0; k < conditions; k++) {
      names.append(", where").append(k);
    }
    roles.keySet().stream()
        .filter(name -> name.endsWith(Roles.LOST))
        .forEach(name -> names.append(", ").append(name));
    for (int c = 0; c < contexts.size(); c++) {
      names.append(contexts.get(c).numeric() ? ", k" + c : "");
    }
    return names.toString();
  }

  /** The texts of numeric contexts that are not finite numbers, as columns preceded by commas. */
  private String unreadContexts() {
    StringBuilder columns = new StringBuilder();
    for (int c = 0; c < contexts.size(); c++) {
      if (contexts.get(c).numeric()) {
        columns.append(
            ", CASE WHEN isfinite(c%1$d) THEN NULL WHEN trim(k%1$d) = '' OR %2$s THEN NULL ELSE k%1$d END AS k%1$d"
                .formatted(c, NullWords.in("k" + c, nullWords)));
      }
    }
    return columns.toString();
  }

  private void count() {
    for (SourceTable.SourceFile file : source.files()) {
      rowsRead += addMalformed(file);
    }
    Map<Integer, Long> counts = new HashMap<>();
    session.forEach(
        "SELECT coalesce(reason, -1), count(*) FROM log GROUP BY reason",
        row -> counts.put(row.getInt(1), row.getLong(2)));
    rowsOfLog = counts.values().stream().mapToLong(Long::longValue).sum();
    rowsRead += rowsOfLog;
    for (int r = 0; r < reasons.all().size(); r++) {
      Reason reason = reasons.all().get(r);
      // A condition that drops nothing is shown too: the table says that it was applied.
      if (!reason.bad()) {
        dropped.put(reason.label(), counts.getOrDefault(r, 0L));
      } else if (counts.containsKey(r) && reason.word() == null) {
        dropped.put(reason.label(), counts.get(r));
        addExamples(reason.label(), "reason = " + r);
      } else if (counts.containsKey(r)) {
        addWords(r);
      }
    }
  }

  /** Counts each word for null by itself, so that a real user of that name is seen. */
  private void addWords(int reason) {
    String word = "trim(" + reasons.all().get(reason).word() + ")";
    Map<String, Long> counts = new TreeMap<>();
    session.forEach(
        "SELECT %1$s, count(*) FROM log WHERE reason = %2$d GROUP BY 1".formatted(word, reason),
        row -> counts.put(row.getString(1), row.getLong(2)));
    counts.forEach(
        (text, count) -> {
          String label =
              "%s: the word %s means null (--null-words)"
                  .formatted(reasons.all().get(reason).label(), text);
          dropped.put(label, count);
          addExamples(
              label, "reason = %d AND %s = %s".formatted(reason, word, QuerySession.literal(text)));
        });
  }

  /** Counts a file's malformed lines as bad rows; returns how many there are. */
  private long addMalformed(SourceTable.SourceFile file) {
    long count = 0;
    for (SourceTable.Malformed malformed : file.malformed(session)) {
      dropped.merge(malformed.reason(), malformed.count(), Long::sum);
      examples.addAll(malformed.examples());
      count += malformed.count();
    }
    return count;
  }

  private void addExamples(String label, String condition) {
    Map<Integer, Map<Long, String>> found = new TreeMap<>();
    session.forEach(
        "SELECT "
            + SourceTable.PLACE
            + ", 'user=' || coalesce(u, '') || ', item=' || coalesce(i, '') || coalesce(',"
            + " request=' || q, '') || ', time=' || coalesce(left(tt, 200), '') || coalesce(',"
            + " weight=' || wt, '') || coalesce(', split=' || st, '')"
            + contextTexts()
            + " FROM log WHERE "
            + condition
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
                    label, file.fileName(), file.unit(), lines.next(), BadRow.shortened(text)));
          }
        });
  }

  private String contextTexts() {
    StringBuilder sql = new StringBuilder();
    for (int c = 0; c < contexts.size(); c++) {
      if (contexts.get(c).numeric()) {
        sql.append(
            " || coalesce(%s || k%d, '')"
                .formatted(QuerySession.literal(", " + contexts.get(c).name() + "="), c));
      }
    }
    return sql.toString();
  }

  /**
   * Notes about keys without a match and about contexts that could not be read.
   *
   * @throws BadDataException when a joined file met no row, or a context has decimal commas
   */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (int j = 0; j < source.joins().size(); j++) {
      long met = session.number("SELECT count(*) FROM log WHERE j" + j);
      String note = source.joins().get(j).coverage(source.fileNames(), rowsOfLog, met);
      if (note != null) {
        notes.add(note);
      }
    }
    Weights.note(session).ifPresent(notes::add);
    for (int c = 0; c < contexts.size(); c++) {
      contexts.get(c).addNotes(session, source, c, nullWords, notes);
    }
    return notes;
  }

  /** What may help where times cannot be read; empty where all can. */
  Optional<String> timeAdvice() {
    if (!unusable().containsKey(Reasons.UNREADABLE_TIME)) {
      return Optional.empty();
    }
    int reason =
        reasons.all().stream().map(Reason::label).toList().indexOf(Reasons.UNREADABLE_TIME);
    String advice =
        TimeForms.advice(
            session,
            "SELECT tt FROM log WHERE reason = " + reason,
            timeFormat,
            timeSql,
            unusable().get(Reasons.UNREADABLE_TIME) < rowsOfLog);
    return Optional.of("Times: " + advice);
  }

  /** Numbers of the files that have rows. */
  Set<Integer> filled() {
    Set<Integer> filled = new HashSet<>();
    if (source.files().size() > 1) {
      session.forEach("SELECT DISTINCT ord >> 40 FROM log", row -> filled.add(row.getInt(1)));
    } else if (rowsOfLog > 0) {
      filled.add(0);
    }
    return filled;
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

  /** Rows that cannot be used, by reason: those left out, but for the ones no one wanted. */
  Map<String, Long> unusable() {
    Map<String, Long> unusable = new LinkedHashMap<>(dropped);
    reasons.all().stream()
        .filter(reason -> !reason.bad())
        .forEach(reason -> unusable.remove(reason.label()));
    return unusable;
  }
}
