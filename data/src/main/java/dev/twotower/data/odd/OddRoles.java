package dev.twotower.data.odd;

import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.message.Amount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Columns that look as though they played another role, by the rules of the package. */
public final class OddRoles {
  /** A log of fewer rows says nothing. */
  public static final long LEAST_ROWS = 20;

  private static final double NEARLY_ALL = 0.99;
  private static final long LEAST_USERS = 20;
  private static final long LEAST_DAYS = 10;
  private static final double LONG_REQUESTS = 0.01;
  private static final double MICROS_OF_HOUR = 3_600e6;

  private OddRoles() {}

  /** What makes a log worthless as it stands: a column that numbers its rows. */
  public static List<String> warnings(LogCensus log) {
    List<String> warnings = new ArrayList<>();
    if (log.rows() < LEAST_ROWS) {
      return warnings;
    }
    if (eachOnce(log.users().single(), log)) {
      warnings.add(
          "%s of %s have a user of their own, so that nothing is known of any user: does the user column number rows or visits? Name the one that says who it was"
              .formatted(Amount.number(log.users().single()), Amount.of(log.rows(), "row")));
    }
    if (eachOnce(log.items().single(), log)) {
      warnings.add(
          "%s of %s have an item of their own, so that no two users have one in common and nothing can be learned: does the item column number rows? Name the one that says what it was"
              .formatted(Amount.number(log.items().single()), Amount.of(log.rows(), "row")));
    }
    return warnings;
  }

  private static boolean eachOnce(long single, LogCensus log) {
    return single >= NEARLY_ALL * log.rows();
  }

  /**
   * What else is told of a log.
   *
   * @param requests where its requests come from, as {@link Manifest.Schema#requests()} says
   */
  public static List<String> notes(LogCensus log, String requests) {
    List<String> notes = new ArrayList<>();
    if (log.rows() < LEAST_ROWS) {
      return notes;
    }
    if (!eachOnce(log.users().single(), log) && sessions(log)) {
      notes.add(
          "%s of %s with several rows have them all within 24 hours, while the log takes %s: if the user column names sessions or orders, nothing is learned of people who come back; name the one that says who it was, and this one as --column request"
              .formatted(
                  Amount.number(log.users().several() - log.users().overADay()),
                  Amount.of(log.users().several(), "user"),
                  Amount.of(log.times().orElseThrow().span(), "day")));
    }
    LogCensus.Groups groups = log.requests();
    if (requests.equals(Manifest.Schema.FROM_LOG)
        && groups.overADay() > 0
        && groups.overADay() >= LONG_REQUESTS * groups.several()) {
      notes.add(
          "%s of %s with several rows take longer than 24 hours, the longest %s: a request is one visit, basket or page of results; if its ids come again, add the day to them, or cut sessions with --session-gap in place of --column request"
              .formatted(
                  Amount.number(groups.overADay()),
                  Amount.of(groups.several(), "request"),
                  length(groups.longest())));
    }
    return notes;
  }

  private static boolean sessions(LogCensus log) {
    LogCensus.Groups users = log.users();
    return log.times().isPresent()
        && users.several() >= LEAST_USERS
        && users.several() - users.overADay() >= NEARLY_ALL * users.several()
        && log.times().get().middle() >= LEAST_DAYS;
  }

  /** A length of time, in hours or days. */
  public static String length(long micros) {
    double hours = micros / MICROS_OF_HOUR;
    return hours < 1
        ? Amount.of(Math.round(hours * 60), "minute")
        : hours < 48
            ? String.format(Locale.ROOT, "%.1f hours", hours)
            : String.format(Locale.ROOT, "%,.1f days", hours / 24);
  }
}
