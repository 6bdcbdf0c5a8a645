package dev.twotower.data.imports.columns;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.Resolver.Expression;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.source.ValueTypes;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/**
 * The time of a log's rows. In the tables of an import it stays in the source's own terms, at its
 * own resolution: whole numbers, doubles and decimals in their unit, timestamps in the microseconds
 * or nanoseconds they have, texts in nanoseconds. Rows are ordered, split and cut into sessions by
 * that, so two moments that differ in the source are never one. Only what is stored becomes
 * microseconds: cut, where the source is exact, rounded where it is a double and 5.9 is
 * 5.9000000000000004.
 *
 * @param sql the time, NULL where it cannot be read
 * @param text its text for messages
 * @param kind what {@code sql} is
 * @param perSecond how many make a second; 0 for an order that is not a time
 * @param counted whether the source's times are, or may be, numbers, so that a unit says what they
 *     count
 * @param moment how an SQL condition tells what the named value is compared with, formatted with
 *     the value; empty where no short one does
 */
public record TimeColumn(
    String sql,
    String text,
    Kind kind,
    long perSecond,
    boolean counted,
    Optional<Comparison> moment) {
  /**
   * How values are compared with a day.
   *
   * @param value the value in SQL, formatted with the named one
   * @param perDay what a number counts in a day; 0 for dates and timestamps
   */
  record Comparison(String value, long perDay) {}

  private static final long MICROS = 1_000_000;
  private static final long NANOS = 1_000_000_000;

  /** How many of each unit make a second. */
  static final Map<String, Long> UNITS =
      Map.of("seconds", 1L, "milliseconds", 1_000L, "microseconds", MICROS, "nanoseconds", NANOS);

  /** 2200-01-01: later times are numbers of another unit. */
  private static final long LATEST_SECONDS = 7_258_118_400L;

  /** Whole numbers up to this are told apart by 32 bits. */
  private static final long FLOAT_EXACT = 1L << 24;

  /** What values are. */
  enum Kind {
    WHOLE("BIGINT"),
    DOUBLE("DOUBLE"),
    /** Read as doubles, of which those are left out that 32 bits no longer told from others. */
    FLOAT("DOUBLE"),
    DECIMAL("DECIMAL(38, 18)");

    private final String type;

    Kind(String type) {
      this.type = type;
    }
  }

  /** The order of the source: its files, then the records in them. */
  static final TimeColumn SOURCE_ORDER =
      new TimeColumn(SourceTable.ORDER, "''", Kind.WHOLE, 0, false, Optional.empty());

  /**
   * The time that the roles name.
   *
   * @param roles column or expression by role
   * @param timeUnit what numbers count, one of {@link #UNITS}
   * @param timeFormat a strptime format of the column's texts
   * @param timeZone the clock of times without a zone; UTC's by default
   */
  public static TimeColumn resolve(
      Resolver resolver,
      SourceTable log,
      Map<String, String> roles,
      String timeUnit,
      Optional<String> timeFormat,
      Optional<WallClock> timeZone) {
    boolean timed = roles.containsKey("time") && !roles.containsKey("position");
    if (timeFormat.isPresent() && !timed) {
      resolver.problem(
          "--time-format is for --column time=COLUMN; name that column, or leave it out");
    }
    if (!timed) {
      requireNoUnit(resolver, timeUnit, "there is no --column time=COLUMN");
      requireNoZone(resolver, timeZone, "there is no --column time=COLUMN");
    }
    if (roles.containsKey("position")) {
      String option = roles.get("position");
      Expression position = resolver.value(log, "--column position", option);
      if (position.isTimestamp()) {
        resolver.problem(
            "--column position: '%s' of %s is of type %s; allowed: numbers. Give it as --column time"
                .formatted(BadRow.shortened(option), log.label(), position.type()));
      }
      return isText(position)
          ? new TimeColumn(
              decimal(position.text()), position.text(), Kind.DECIMAL, 0, false, Optional.empty())
          : number(position, 0, false);
    }
    if (!roles.containsKey("time")) {
      return SOURCE_ORDER;
    }
    String option = roles.get("time");
    Expression time = resolver.value(log, "--column time", option);
    if (timeFormat.isPresent()) {
      resolver.requireFormat("--time-format", timeFormat.get());
      requireNoUnit(resolver, timeUnit, "--time-format says what the times are");
      if (isZoned(timeFormat.get())) {
        requireNoZone(resolver, timeZone, "--time-format reads the zone of each");
      }
      return formatted(time, timeFormat.get()).shownBy(timeZone);
    }
    long unit = UNITS.get(timeUnit);
    boolean numerals = ValueTypes.isFloat(time.type()) || isNumeral(log, option);
    if (isText(time) && !numerals) {
      timeZone.ifPresent(clock -> requireZoneless(resolver, log, time, clock));
      return new TimeColumn(
          timeZone
              .map(clock -> TimeText.nanos(time.text(), unit, clock))
              .orElse(TimeText.nanos(time.text(), unit)),
          time.text(),
          Kind.WHOLE,
          NANOS,
          true,
          timeZone.isPresent() ? Optional.empty() : comparison(time, unit));
    }
    if (time.isNumeric() || isText(time)) {
      requireNoZone(resolver, timeZone, "the times are numbers, which count from 1970 in UTC");
      return isText(time)
          ? new TimeColumn(
              decimal(time.text()), time.text(), Kind.DECIMAL, unit, true, comparison(time, unit))
          : number(time, unit, true);
    }
    if (time.isTimestamp()) {
      requireNoUnit(resolver, timeUnit, "the times are of type " + time.type());
      if (time.type().contains("TIME ZONE")) {
        requireNoZone(resolver, timeZone, "the times are of type " + time.type());
        return timestamp(time);
      }
      return timestamp(time).shownBy(timeZone);
    }
    resolver.problem(
        "--column time: '%s' of %s is of type %s; allowed: numbers, dates, timestamps, or texts of them"
            .formatted(BadRow.shortened(option), log.label(), BadRow.shortened(time.type())));
    return SOURCE_ORDER;
  }

  private static void requireNoUnit(Resolver resolver, String timeUnit, String why) {
    if (UNITS.get(timeUnit) != 1) {
      resolver.problem(
          "--time-unit: received '%s'; %s, so that no unit is needed; leave it out"
              .formatted(timeUnit, why));
    }
  }

  private static void requireNoZone(Resolver resolver, Optional<WallClock> zone, String why) {
    zone.ifPresent(
        clock ->
            resolver.problem(
                "--time-zone: received '%s'; it is for times that have no zone of their own, and %s; leave it out"
                    .formatted(clock.zone(), why)));
  }

  /** Reports a zone that no text needs. */
  private static void requireZoneless(
      Resolver resolver, SourceTable log, Expression time, WallClock clock) {
    String read = TimeText.nanos(time.text(), 1) + " IS NOT NULL";
    if (!resolver.any(log, TimeText.zoneless(time.text())) && resolver.any(log, read)) {
      requireNoZone(resolver, Optional.of(clock), "here each has one, or is a number");
    }
  }

  private static boolean isZoned(String format) {
    return format.matches(".*(?<!%)(%%)*%[zZ].*");
  }

  /** The same, where what is read is what a clock showed. */
  private TimeColumn shownBy(Optional<WallClock> clock) {
    return clock
        .map(
            shown ->
                new TimeColumn(
                    shown.moments(sql, perSecond),
                    text,
                    kind,
                    perSecond,
                    counted,
                    Optional.empty()))
        .orElse(this);
  }

  /**
   * Whether the text says more than the value: a csv number has digits that a double has not, a
   * time an offset that a timestamp has not.
   */
  private static boolean isText(Expression value) {
    return value.type().equals("VARCHAR") || value.written() && !ValueTypes.isWhole(value.type());
  }

  /** Whether a column's texts are numbers without exception, though in several ways of writing. */
  private static boolean isNumeral(SourceTable log, String option) {
    QuerySession.Column column = log.find(option);
    return column != null && log.numerals().contains(column.name());
  }

  private static String decimal(String text) {
    return "TRY_CAST(" + text + " AS DECIMAL(38, 18))";
  }

  private static TimeColumn number(Expression value, long unit, boolean counted) {
    String sql = value.sql();
    if (ValueTypes.isFloat(value.type())) {
      boolean coarse = value.type().equals("FLOAT");
      String known = coarse ? " AND abs(%s) <= %d".formatted(sql, FLOAT_EXACT) : "";
      return new TimeColumn(
          "CASE WHEN isfinite(%1$s)%2$s THEN CAST(%1$s AS DOUBLE) END".formatted(sql, known),
          "CAST(" + sql + " AS VARCHAR)",
          coarse ? Kind.FLOAT : Kind.DOUBLE,
          unit,
          counted,
          comparison(value, unit));
    }
    if (value.type().startsWith("DECIMAL")) {
      return new TimeColumn(
          decimal(sql), value.text(), Kind.DECIMAL, unit, counted, comparison(value, unit));
    }
    return new TimeColumn(
        "TRY_CAST(" + sql + " AS BIGINT)",
        value.text(),
        Kind.WHOLE,
        unit,
        counted,
        comparison(value, unit));
  }

  private static TimeColumn timestamp(Expression time) {
    boolean nanos = time.type().endsWith("_NS");
    String sql =
        nanos
            ? "epoch_ns(TRY_CAST(" + time.sql() + " AS TIMESTAMP_NS))"
            : time.type().equals("DATE")
                ? "epoch_us(TRY_CAST(" + time.sql() + " AS TIMESTAMP))"
                : "epoch_us(" + time.sql() + ")";
    return new TimeColumn(
        sql, time.text(), Kind.WHOLE, nanos ? NANOS : MICROS, false, comparison(time, 0));
  }

  private static TimeColumn formatted(Expression time, String format) {
    // %n makes a TIMESTAMP_NS, unless there is a zone.
    boolean nanos = format.matches(".*(?<!%)(%%)*%n.*") && !isZoned(format);
    return new TimeColumn(
        "%s(try_strptime(%s, %s))"
            .formatted(nanos ? "epoch_ns" : "epoch_us", time.text(), QuerySession.literal(format)),
        time.text(),
        Kind.WHOLE,
        nanos ? NANOS : MICROS,
        false,
        time.type().equals("VARCHAR")
            ? Optional.of(
                new Comparison(
                    "try_strptime(%s, " + QuerySession.literal(format).replace("%", "%%") + ")", 0))
            : Optional.empty());
  }

  /** Values of numbers or moments; texts of both have no short comparison. */
  private static Optional<Comparison> comparison(Expression value, long unit) {
    return value.isTimestamp()
        ? Optional.of(new Comparison("%s", 0))
        : value.isNumeric() ? Optional.of(new Comparison("%s", 86_400 * unit)) : Optional.empty();
  }

  /**
   * An SQL condition that compares the named value with the beginning of a day of UTC; empty where
   * the times are texts of several kinds.
   *
   * @param named the value as SQL names it
   * @param operator such as {@code <}
   * @param day counted from 1970-01-01
   */
  public Optional<String> condition(String named, String operator, long day) {
    return moment.map(
        it ->
            "%s %s %s"
                .formatted(
                    it.value().formatted(named),
                    operator,
                    it.perDay() > 0
                        ? String.valueOf(day * it.perDay())
                        : QuerySession.literal(LocalDate.ofEpochDay(day).toString())));
  }

  /** The DuckDB type of {@code sql}. */
  public String type() {
    return kind.type;
  }

  /** Whether these are moments rather than positions. */
  public boolean timed() {
    return perSecond > 0;
  }

  /** A condition: the column {@code t} lies beyond what can be meant. */
  public String late() {
    return timed() ? "(t > " + LATEST_SECONDS * perSecond + ")" : "FALSE";
  }

  /** A condition: the text {@code tt} is a number of 32 bits that has lost digits. */
  public String coarse() {
    return kind == Kind.FLOAT ? "t IS NULL AND isfinite(TRY_CAST(tt AS DOUBLE))" : "FALSE";
  }

  /**
   * A condition: between two times lie more than some seconds.
   *
   * @param before SQL of the earlier time
   * @param after SQL of the later one
   */
  public String pause(String before, String after, long seconds) {
    long unit = Math.max(1, perSecond);
    return "%s - %s > %d"
        .formatted(
            after, before, seconds > Long.MAX_VALUE / unit ? Long.MAX_VALUE : seconds * unit);
  }

  /** What is stored for the column {@code t}: microseconds, or a position; BIGINT. */
  public String stored() {
    if (!timed()) {
      return kind == Kind.WHOLE ? "t" : "dense_rank() OVER (ORDER BY t)";
    }
    boolean finer = perSecond > MICROS;
    String factor = String.valueOf(finer ? perSecond / MICROS : MICROS / perSecond);
    return switch (kind) {
      case WHOLE -> "t " + (finer ? "// " : "* ") + factor;
      case DOUBLE, FLOAT -> "CAST(round(t " + (finer ? "/ " : "* ") + factor + ") AS BIGINT)";
      case DECIMAL ->
          finer
              ? "CAST(trunc(t) AS BIGINT) // " + factor
              : "CAST(trunc(t * " + factor + ") AS BIGINT)";
    };
  }
}
