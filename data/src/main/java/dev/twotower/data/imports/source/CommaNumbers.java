package dev.twotower.data.imports.source;

import dev.twotower.data.duckdb.QuerySession;

/**
 * Numbers as most of Europe and South America write them: {@code 1,5} and {@code 1.234,50}, with a
 * point, a space or an apostrophe between thousands.
 */
public final class CommaNumbers {
  private static final String APART = "[.'\\x{2019} \\x{00A0}\\x{202F}]";
  private static final String WHOLE = "[+-]?([0-9]+|[1-9][0-9]{0,2}(" + APART + "[0-9]{3})+)";

  private CommaNumbers() {}

  /**
   * What to do about them.
   *
   * @param asked whether they were asked for, and this column has too few of them to be one
   */
  public static String remedy(boolean asked) {
    return asked
        ? "of a decimal comma, give replace(COLUMN, ',', '.')::DOUBLE in place of the column, as"
            + " half of its values or more have a point or are no numbers, and --decimal , leaves"
            + " such columns alone; of one between thousands, replace(COLUMN, ',', '')::DOUBLE"
        : "of a decimal comma, give --decimal , for csv files, or replace(COLUMN, ',', '.')::DOUBLE"
            + " in place of the column; of one between thousands, replace(COLUMN, ',', '')::DOUBLE";
  }

  /** Whether a text is a number with a comma. */
  public static boolean isOne(String text) {
    return text.strip().matches(WHOLE + ",[0-9]+");
  }

  /** Whether a text is a number with a comma, or a whole one as it is among them. */
  public static boolean isAmong(String text) {
    return text.strip().matches(WHOLE + "(,[0-9]+)?");
  }

  /** Such a number with a decimal point, and nothing between thousands. */
  public static String point(String text) {
    return text.strip().replaceAll(APART, "").replace(',', '.');
  }

  /** SQL that is true where a text is a number with a comma. */
  public static String sql(String text) {
    return matches(text, WHOLE + ",[0-9]+");
  }

  /** SQL that is true where a text is a number with a comma, or a whole one as it is among them. */
  public static String among(String text) {
    return matches(text, WHOLE + "(,[0-9]+)?");
  }

  /** SQL of such a number with a decimal point, and nothing between thousands. */
  public static String pointed(String text) {
    return "replace(regexp_replace(trim(%s), %s, '', 'g'), ',', '.')"
        .formatted(text, QuerySession.literal(APART));
  }

  private static String matches(String text, String pattern) {
    return "coalesce(regexp_full_match(trim(%s), %s), FALSE)"
        .formatted(text, QuerySession.literal(pattern));
  }
}
