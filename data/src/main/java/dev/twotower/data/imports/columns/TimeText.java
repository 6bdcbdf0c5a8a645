package dev.twotower.data.imports.columns;

/**
 * SQL that reads a text as a time, in nanoseconds since the epoch: a number in a unit, or a date
 * with or without a time of day, a fraction of a second, AM or PM, and an offset or zone. Whatever
 * else is in the text makes it NULL: a part of it is never taken for the whole.
 *
 * <p>Zones are {@code Z}, {@code UTC}, {@code GMT}, {@code UT}, offsets such as {@code +02}, {@code
 * +0530}, {@code GMT+2}, and names such as {@code Europe/Berlin}. Other abbreviations are refused:
 * {@code CST} and {@code IST} are several zones each, and {@code CET} in July is two things. A time
 * without a zone is UTC, or of a given clock.
 *
 * <p>DuckDB's cast to TIMESTAMP drops offsets and trailing words, that to TIMESTAMP WITH TIME ZONE
 * minds them, in a session whose zone is UTC. It reads what most logs have at once; the pattern
 * takes the rest apart.
 */
final class TimeText {
  /** Nanoseconds that stand for all beyond them: of the years 1678 and 2261. */
  private static final String BOUND = "9200000000000000000";

  private static final String DATE = "(\\d{4})[-/. ](\\d{1,2})[-/. ](\\d{1,2})";
  private static final String CLOCK = "(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d+))?)?";
  private static final String NOON = "([AaPp])\\.?[Mm]\\b\\.?";
  private static final String OFFSET =
      "[+-](?:(?:0\\d|1[0-8])(?::?[0-5]\\d(?::?[0-5]\\d)?)?|\\d(?::[0-5]\\d)?)";
  private static final String ZONE =
      "(?:[Zz]|(?:UTC|GMT|UT|utc|gmt)|(?:UTC|GMT|utc|gmt)?("
          + OFFSET
          + ")|([A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+))";
  private static final String SHOWN =
      "^" + DATE + "(?:(?:, ?| +|[Tt])" + CLOCK + "(?: ?" + NOON + ")?)?";
  private static final String PATTERN = SHOWN + "(?: *" + ZONE + ")?$";

  /** Offsets beyond 18 hours, or of 60 minutes and more, which no place on Earth has. */
  private static final String NO_OFFSET = ":\\d\\d(?:[.]\\d+)?[+-](?:19|[2-9]\\d|\\d\\d:?[6-9]\\d)";

  /** Of the years in which nanoseconds fit 64 bits. */
  private static final String PLAIN =
      "(?:1[7-9]|2[01])\\d\\d-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\dZ?";

  private TimeText() {}

  /**
   * Nanoseconds since the epoch, BIGINT; those out of its range are its ends.
   *
   * @param text a SQL expression
   * @param perSecond what numbers count: how many make a second
   */
  static String nanos(String text, long perSecond) {
    String trimmed = "trim(" + text + ")";
    // The first branch is that of most logs, 2023-11-14 22:13:20, where nothing is left that the
    // cheaper cast would drop.
    return "CASE WHEN regexp_full_match(%4$s, '%5$s') THEN epoch_us(TRY_CAST(%4$s AS TIMESTAMP)) * 1000 ELSE coalesce(CASE WHEN %1$s[5] NOT IN ('-', '/') THEN %3$s WHEN strlen(%1$s) <= 26 AND (%1$s[-1] = 'Z' OR %1$s[-1] BETWEEN '0' AND '9') AND NOT regexp_matches(%1$s, '%6$s') THEN list_transform([epoch_us(TRY_CAST(%1$s AS TIMESTAMPTZ))], lambda us: %7$s)[1] END, %2$s) END"
        .formatted(
            trimmed,
            takenApart(trimmed),
            number(trimmed, perSecond),
            text,
            PLAIN,
            NO_OFFSET,
            nanosOf(trimmed, "us"));
  }

  /**
   * The same, where times without a zone are those of a clock. What cannot be told to have a zone
   * or none is NULL.
   */
  static String nanos(String text, long perSecond, WallClock clock) {
    return "list_transform([%1$s], lambda read: CASE WHEN %2$s THEN %3$s WHEN %4$s OR TRY_CAST(trim(%5$s) AS DECIMAL(38, 18)) IS NOT NULL THEN read END)[1]"
        .formatted(
            nanos(text, perSecond),
            zoneless(text),
            clock.moments("read", 1_000_000_000),
            matches(text, PATTERN),
            text);
  }

  /** A condition: a text is a date, or a time of a day, without a zone. */
  static String zoneless(String text) {
    return matches(text, SHOWN + "$");
  }

  private static String matches(String text, String pattern) {
    return "regexp_matches(trim(" + text + "), '" + pattern + "')";
  }

  /**
   * Nanoseconds of microseconds, without leaving 64 bits.
   *
   * @param year a text that begins with the year
   */
  private static String nanosOf(String year, String micros) {
    return "CASE WHEN left(%1$s, 4) BETWEEN '1678' AND '2261' THEN %2$s * 1000 WHEN %2$s > 0 THEN %3$s WHEN %2$s < 0 THEN -%3$s END"
        .formatted(year, micros, BOUND);
  }

  private static String number(String text, long perSecond) {
    String number = "TRY_CAST(" + text + " AS DECIMAL(38, 18))";
    long factor = 1_000_000_000 / perSecond;
    return "CASE WHEN abs(%1$s) < %2$s / %3$d THEN CAST(trunc(%1$s * %3$d) AS BIGINT) WHEN %1$s > 0 THEN %2$s WHEN %1$s < 0 THEN -%2$s END"
        .formatted(number, BOUND, factor);
  }

  /**
   * Moment, year and nanoseconds of a second are put together in two steps, so that the cast that
   * minds zones, which takes DuckDB long to plan, stands in it once.
   */
  private static String takenApart(String text) {
    return "list_transform(list_transform([regexp_extract(%2$s, '%3$s', ['y', 'mo', 'd', 'h', 'mi', 's', 'f', 'noon', 'o', 'z'])], lambda p: {'us': CASE WHEN p.y <> '' AND (p.noon = '' OR CAST(p.h AS INTEGER) BETWEEN 1 AND 12) THEN %1$s END, 'y': p.y, 'ns': CAST(rpad(left(p.f, 9), 9, '0') AS BIGINT)}), lambda m: %4$s + m.ns)[1]"
        .formatted(
            "epoch_us(TRY_CAST(concat(p.y, '-', p.mo, '-', p.d, ' ', CASE WHEN p.h = '' THEN"
                + " '00' WHEN p.noon = '' THEN p.h WHEN lower(p.noon) = 'a' THEN CAST(CAST(p.h"
                + " AS INTEGER) % 12 AS VARCHAR) ELSE CAST(CAST(p.h AS INTEGER) % 12 + 12 AS"
                + " VARCHAR) END, ':', CASE WHEN p.mi = '' THEN '00' ELSE p.mi END, ':', CASE"
                + " WHEN p.s = '' THEN '00' ELSE p.s END, CASE WHEN p.o <> '' THEN"
                + " regexp_replace(p.o, '^([+-])(\\d)($|:)', '\\10\\2\\3') WHEN p.z <> '' THEN"
                + " ' ' || p.z ELSE 'Z' END) AS TIMESTAMPTZ))",
            text, PATTERN, nanosOf("m.y", "m.us"));
  }
}
