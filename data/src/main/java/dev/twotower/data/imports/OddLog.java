package dev.twotower.data.imports;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.QuotedNames;
import dev.twotower.data.imports.columns.TimeColumn;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.message.ShellWord;
import dev.twotower.data.odd.LogCensus;
import dev.twotower.data.odd.LogTimes;
import dev.twotower.data.odd.OddRoles;
import dev.twotower.data.odd.OddTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an import says of a log that looks odd, and which option answers it: warnings where a column
 * seems to play another role than it was given, so that nothing learned would be worth anything,
 * and notes.
 */
final class OddLog {
  /** 1990 and 2090 in days since 1899-12-30, taken for seconds, in microseconds. */
  private static final long SHEET_FIRST = 32_874_000_000L;

  private static final long SHEET_LAST = 69_399_000_000L;

  private final QuerySession session;
  private final ImportPlan plan;
  private final TimeColumn time;
  private final String timeUnit;
  private final List<String> notes = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private OddLog(QuerySession session, ImportPlan plan, TimeColumn time, String timeUnit) {
    this.session = session;
    this.plan = plan;
    this.time = time;
    this.timeUnit = timeUnit;
  }

  /** What is said of a log. */
  static OddLog of(
      QuerySession session,
      ImportPlan plan,
      TimeColumn time,
      String timeUnit,
      LogCensus log,
      Instant now) {
    OddLog odd = new OddLog(session, plan, time, timeUnit);
    odd.look(log, now);
    return odd;
  }

  /** The notes, times first. */
  List<String> notes() {
    return notes;
  }

  List<String> warnings() {
    return warnings;
  }

  private void look(LogCensus log, Instant now) {
    log.times().ifPresent(times -> addTimes(times, now));
    Map<String, String> roles = plan.roles();
    Optional<String> interchanged =
        log.rows() < OddRoles.LEAST_ROWS
            ? Optional.empty()
            : SharedRequests.interchanged(session, roles);
    interchanged.ifPresent(warnings::add);
    if (interchanged.isEmpty()) {
      warnings.addAll(OddRoles.warnings(log));
      notes.addAll(OddRoles.notes(log, plan.requests()));
      if (roles.containsKey("request")) {
        SharedRequests.of(session)
            .note(session, BadRow.shortened(roles.get("request")), sql(roles.get("request")))
            .ifPresent(notes::add);
      }
    }
  }

  private void addTimes(LogTimes times, Instant now) {
    if (time.counted() && times.nearZero()) {
      if (times.first() >= SHEET_FIRST && times.last() <= SHEET_LAST && time.perSecond() == 1) {
        warnings.add(
            "all times are in the first day of 1970: the numbers look like a spreadsheet's days; give --column time=%s"
                .formatted(
                    ShellWord.of("(%s - 25569) * 86400".formatted(sql(plan.roles().get("time"))))));
        return;
      }
      warnings.add(
          "all times are in 1970: set --time-unit to what their numbers count (now: %s), give --time-format %%Y%%m%%d for dates written as numbers such as 20240131, or --column position=COLUMN for an order that is not a time"
              .formatted(timeUnit));
      return;
    }
    List<OddTimes.Group> groups = OddTimes.of(times, now, time.counted());
    for (OddTimes.Group group : groups) {
      if (group.kind() == OddTimes.Kind.FUTURE && leavesNone(group, groups)) {
        notes.add(
            "%s; no row would be left without them, so check %s"
                .formatted(
                    group.found(),
                    time.counted()
                        ? "--time-unit (now: %s), --time-format and this machine's clock"
                            .formatted(timeUnit)
                        : "--time-format, --column time and this machine's clock"));
        continue;
      }
      String unit =
          group.kind() == OddTimes.Kind.NEAR_ZERO && time.counted() ? " than " + timeUnit : "";
      notes.add(
          "%s%s; leave such rows out with %s, or correct them in --column time='EXPRESSION'"
              .formatted(group.found(), unit, condition(group)));
    }
  }

  /** Whether all rows are in the future, but for those that are odd in another way. */
  private static boolean leavesNone(OddTimes.Group future, List<OddTimes.Group> groups) {
    long before =
        groups.stream().filter(OddTimes.Group::before).mapToLong(OddTimes.Group::rows).sum();
    return before + future.rows() == future.all();
  }

  /** The option that keeps the others; without a condition where the times are odd texts. */
  private String condition(OddTimes.Group group) {
    String column = sql(plan.roles().get("time"));
    return time.condition(column, group.before() ? ">=" : "<", group.border())
        .map(condition -> "--where " + ShellWord.of(condition))
        .orElse("--where");
  }

  /** A column or an expression, in SQL. */
  private String sql(String option) {
    return plan.log().find(option) == null
        ? "(" + option + ")"
        : QuotedNames.sql(session, plan.log().find(option).name());
  }
}
