package dev.twotower.spark.prepare;

import static org.apache.spark.sql.functions.expr;

import dev.twotower.data.imports.ImportRequest;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/**
 * The time of rows, or their position, whatever type its column has.
 *
 * @param order what rows are ordered by, a whole number
 * @param stored the time that is stored, in microseconds; for positions the same as {@code order}
 * @param perSecond how many of what {@code order} counts make a second; 0 for positions
 * @param counted whether times are numbers, which {@code --time-unit} says the unit of
 */
record LogTime(Column order, Column stored, long perSecond, boolean counted) {
  private static final long MICROS = 1_000_000;
  private static final long NANOS = 1_000_000_000;
  private static final String NUMBERS = "the times are numbers, which count from 1970 in UTC";

  /**
   * @param columns of the log
   * @throws IllegalArgumentException when the column is of a type that is no time or position
   */
  static LogTime resolve(PrepareRequest request, SourceColumns columns) {
    ImportRequest log = request.log();
    boolean timed = log.columns().containsKey("time");
    String role = timed ? "time" : "position";
    String flag = "--column " + role;
    String option = log.columns().get(role);
    String x = "(" + columns.sql(option) + ")";
    DataType type = columns.type(flag, option);
    // Conditions take no windows, which a value may have.
    Dataset<Row> values = columns.source().select(expr(x).as("x"));
    long unit = timed ? perSecond(log.timeUnit()) : 0;
    if (!timed) {
      requireNoZone(log, "there is no --column time=COLUMN");
    }
    if (type.equals(DataTypes.StringType) && log.timeFormat().isEmpty()) {
      if (values.filter("x IS NOT NULL AND try_cast(x AS DECIMAL(38, 18)) IS NULL").isEmpty()) {
        requireNoZone(log, NUMBERS);
        boolean whole = values.filter("x IS NOT NULL AND try_cast(x AS BIGINT) IS NULL").isEmpty();
        return number(
            whole ? "try_cast(" + x + " AS BIGINT)" : "try_cast(" + x + " AS DECIMAL(38, 18))",
            whole,
            unit);
      }
      if (log.timeZone().isPresent()
          && values.filter(zoneless("x")).isEmpty()
          && !values.filter("try_cast(x AS TIMESTAMP) IS NOT NULL").isEmpty()) {
        requireNoZone(log, "here each has one, or is a number");
      }
      return texts(log, x, timed, unit, flag, type);
    }
    if (type.equals(DataTypes.StringType)) {
      String format = log.timeFormat().get();
      if (format.replaceAll("'[^']*'", "").matches(".*[VzZOXx].*")) {
        requireNoZone(log, "--time-format reads the zone of each");
      }
      return timestamp(
          log,
          shown(log, "try_to_timestamp(%s, '%s')".formatted(x, format.replace("'", "\\'"))),
          timed,
          flag,
          type);
    }
    if (type.equals(DataTypes.TimestampType)) {
      requireNoZone(log, "the times are of type " + type.sql() + ", which are moments");
      return timestamp(log, x, timed, flag, type);
    }
    if (type.equals(DataTypes.TimestampNTZType) || type.equals(DataTypes.DateType)) {
      return timestamp(log, shown(log, "CAST(" + x + " AS TIMESTAMP)"), timed, flag, type);
    }
    if (type.equals(DataTypes.DoubleType)
        || type.equals(DataTypes.FloatType)
        || type instanceof DecimalType) {
      requireNoZone(log, NUMBERS);
      return number("try_cast(" + x + " AS DECIMAL(38, 18))", false, unit);
    }
    if (type.equals(DataTypes.LongType)
        || type.equals(DataTypes.IntegerType)
        || type.equals(DataTypes.ShortType)
        || type.equals(DataTypes.ByteType)) {
      requireNoZone(log, NUMBERS);
      return number("CAST(" + x + " AS BIGINT)", true, unit);
    }
    throw new IllegalArgumentException(
        "%s: '%s' is of type %s; allowed: numbers, dates, timestamps, or texts of them"
            .formatted(flag, option, type.sql()));
  }

  /**
   * What a clock showed, as moments, where one was named; Spark places hours that a change of the
   * clock repeats or leaves out as {@link dev.twotower.data.imports.columns.WallClock} does.
   *
   * @param timestamp what it showed, as UTC would have it
   */
  private static String shown(ImportRequest log, String timestamp) {
    return log.timeZone()
        .map(zone -> "to_utc_timestamp(%s, '%s')".formatted(timestamp, zone.strip()))
        .orElse(timestamp);
  }

  /** A condition: a text is a date, or a time of a day, without a zone. */
  private static String zoneless(String x) {
    return "trim(" + x + ") RLIKE '^[0-9]{4,}(-[0-9]{1,2}){0,2}([Tt ]+[0-9:.]*)?$'";
  }

  private static void requireNoZone(ImportRequest log, String why) {
    log.timeZone()
        .ifPresent(
            zone -> {
              throw new IllegalArgumentException(
                  "--time-zone: received '%s'; it is for times that have no zone of their own, and %s; leave it out"
                      .formatted(zone, why));
            });
  }

  private static LogTime timestamp(
      ImportRequest log, String timestamp, boolean timed, String flag, DataType type) {
    if (!timed) {
      throw new IllegalArgumentException(
          "%s is of type %s; allowed: whole numbers; for moments use --column time"
              .formatted(flag, type.sql()));
    }
    if (!log.timeUnit().equals("seconds")) {
      throw new IllegalArgumentException(
          "--time-unit: received '%s'; the times are of type %s, so that no unit is needed; leave it out"
              .formatted(log.timeUnit(), type.sql()));
    }
    Column micros = expr("unix_micros(" + timestamp + ")");
    return new LogTime(micros, micros, MICROS, false);
  }

  /** Dates and times, and numbers among them, by the microsecond. */
  private static LogTime texts(
      ImportRequest log, String x, boolean timed, long unit, String flag, DataType type) {
    if (!timed) {
      throw new IllegalArgumentException(
          "%s is of type %s and holds texts that are no numbers; allowed: whole numbers; for moments use --column time"
              .formatted(flag, type.sql()));
    }
    String read = "try_cast(" + x + " AS TIMESTAMP)";
    String moment =
        log.timeZone().isEmpty()
            ? read
            : "CASE WHEN %s THEN %s ELSE %s END".formatted(zoneless(x), shown(log, read), read);
    Column micros =
        expr(
            "coalesce(try_cast(round(try_cast(%1$s AS DECIMAL(38, 18)) * %2$d / %3$d) AS BIGINT), unix_micros(%4$s))"
                .formatted(x, MICROS, unit, moment));
    return new LogTime(micros, micros, MICROS, false);
  }

  /** Whole numbers are ordered as they are, others by the nanosecond. */
  private static LogTime number(String sql, boolean whole, long unit) {
    if (unit == 0) {
      String position =
          whole ? sql : "CASE WHEN %1$s = floor(%1$s) THEN CAST(%1$s AS BIGINT) END".formatted(sql);
      return new LogTime(expr(position), expr(position), 0, false);
    }
    if (whole) {
      return new LogTime(
          expr(sql),
          expr(
              unit > MICROS
                  ? "%s div %d".formatted(sql, unit / MICROS)
                  : "try_multiply(%s, %dL)".formatted(sql, MICROS / unit)),
          unit,
          true);
    }
    return new LogTime(
        expr("try_cast(%s * %d AS BIGINT)".formatted(sql, NANOS / unit)),
        expr("try_cast(round(%s * %d / %d) AS BIGINT)".formatted(sql, MICROS, unit)),
        NANOS,
        true);
  }

  private static long perSecond(String unit) {
    return TimeUnit.valueOf(unit.toUpperCase(Locale.ROOT)).convert(1, TimeUnit.SECONDS);
  }
}
