package dev.twotower.data.odd;

import dev.twotower.data.message.Amount;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Rows whose times stand apart from the others, by the rules of the package. */
public final class OddTimes {
  /** One row of so many may stand apart. */
  private static final int SMALL_SHARE = 20;

  private static final int LEAST_ROWS = 10;
  private static final long LEAST_GAP = 180;
  private static final long YEAR = 365;

  /** Local time may be this many days ahead of UTC. */
  private static final long AHEAD = 1;

  private final LogTimes times;
  private final long today;
  private final boolean counted;
  private final long all;

  /** Rows before each day. */
  private final long[] before;

  private OddTimes(LogTimes times, long today, boolean counted) {
    this.times = times;
    this.today = today;
    this.counted = counted;
    this.before = new long[times.days().length + 1];
    for (int day = 0; day < times.days().length; day++) {
      before[day + 1] = before[day] + times.rows()[day];
    }
    this.all = before[times.days().length];
  }

  /** Why rows stand apart. */
  public enum Kind {
    /** Of 1970, as 0 is. */
    NEAR_ZERO,
    /** Long before the others. */
    BEFORE,
    /** Long after the others. */
    AFTER,
    /** Not yet. */
    FUTURE
  }

  /**
   * Rows that stand apart.
   *
   * @param rows how many of {@code all}
   * @param first day of the first of them, counted from 1970-01-01
   * @param last day of the last of them
   * @param border the day that parts them from the others: they are before it or, if they are
   *     {@link Kind#AFTER} or in the {@link Kind#FUTURE}, on it and after it
   * @param gap days between them and the next of the others; 0 where there is none
   * @param today the day of the clock
   */
  public record Group(
      Kind kind, long rows, long all, long first, long last, long border, long gap, long today) {
    /** Whether they are the rows before the border. */
    public boolean before() {
      return kind == Kind.NEAR_ZERO || kind == Kind.BEFORE;
    }

    /** How many there are, when, and what is odd about it; no end. */
    public String found() {
      String which =
          "%s of %s (%s)".formatted(Amount.number(rows), Amount.of(all, "row"), percent());
      String be = rows == 1 ? " is" : " are";
      String days =
          first == last
              ? "of " + LogTimes.date(first)
              : "of %s to %s".formatted(LogTimes.date(first), LogTimes.date(last));
      return switch (kind) {
        case NEAR_ZERO ->
            "%s%s %s, the others later: such a time is not known (0), or counts another unit"
                .formatted(which, be, days);
        case BEFORE -> "%s%s %s, %s before the next row".formatted(which, be, days, length(gap));
        case AFTER -> "%s%s %s, %s after the row before".formatted(which, be, days, length(gap));
        case FUTURE ->
            "%s%s %s, in the future (today is %s)".formatted(which, be, days, LogTimes.date(today));
      };
    }

    private String percent() {
      double share = 100.0 * rows / all;
      return share < 0.1 ? "< 0.1 %" : String.format(Locale.ROOT, "%.1f %%", share);
    }

    private static String length(long days) {
      return days < 2 * YEAR
          ? Amount.of(days, "day")
          : String.format(Locale.ROOT, "%.0f years", days / 365.25);
    }
  }

  /**
   * Finds such rows.
   *
   * @param now the machine's clock
   * @param counted whether the times may be numbers of another unit
   */
  public static List<Group> of(LogTimes times, Instant now, boolean counted) {
    return new OddTimes(times, Math.floorDiv(now.getEpochSecond(), 86_400), counted).groups();
  }

  private List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    nearZero().or(this::earlier).ifPresent(groups::add);
    Optional<Group> future = future();
    later()
        .filter(group -> future.isEmpty() || future.get().first() > group.first())
        .ifPresent(groups::add);
    future.ifPresent(groups::add);
    return List.copyOf(groups);
  }

  private Optional<Group> nearZero() {
    int next = 0;
    while (next < days() && day(next) < YEAR) {
      next++;
    }
    if (next == 0 || next == days()) {
      return Optional.empty();
    }
    long gap = day(next) - day(next - 1);
    return counted || gap >= YEAR
        ? Optional.of(group(Kind.NEAR_ZERO, 0, next, day(next), gap))
        : Optional.empty();
  }

  private Optional<Group> earlier() {
    // The last day that is not among the small share at the other end.
    int end = days() - 1;
    while (end > 0 && rows(end, days()) <= few()) {
      end--;
    }
    Optional<Group> found = Optional.empty();
    for (int next = 1; all >= LEAST_ROWS && next <= end && rows(0, next) <= few(); next++) {
      long gap = day(next) - day(next - 1);
      if (gap > LEAST_GAP && gap > day(end) - day(next)) {
        found = Optional.of(group(Kind.BEFORE, 0, next, day(next), gap));
      }
    }
    return found;
  }

  private Optional<Group> later() {
    int start = 0;
    while (start < days() - 1 && rows(0, start + 1) <= few()) {
      start++;
    }
    Optional<Group> found = Optional.empty();
    for (int at = days() - 1; all >= LEAST_ROWS && at > start && rows(at, days()) <= few(); at--) {
      long gap = day(at) - day(at - 1);
      if (gap > LEAST_GAP && gap > day(at - 1) - day(start)) {
        found = Optional.of(group(Kind.AFTER, at, days(), day(at), gap));
      }
    }
    return found;
  }

  private Optional<Group> future() {
    long border = today + AHEAD + 1;
    int from = days();
    while (from > 0 && day(from - 1) >= border) {
      from--;
    }
    return from == days()
        ? Optional.empty()
        : Optional.of(
            group(Kind.FUTURE, from, days(), border, from == 0 ? 0 : day(from) - day(from - 1)));
  }

  private Group group(Kind kind, int from, int to, long border, long gap) {
    return new Group(kind, rows(from, to), all, day(from), day(to - 1), border, gap, today);
  }

  private long few() {
    return Math.max(1, all / SMALL_SHARE);
  }

  private int days() {
    return times.days().length;
  }

  private long day(int place) {
    return times.days()[place];
  }

  private long rows(int from, int to) {
    return before[to] - before[from];
  }
}
