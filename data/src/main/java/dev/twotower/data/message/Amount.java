package dev.twotower.data.message;

import java.util.Locale;

/** How many of something, in words: {@code 1 row}, {@code 5,000 rows}. */
public final class Amount {
  private Amount() {}

  /**
   * A number, its thousands apart, and the noun that fits it.
   *
   * @param one the noun for one; for other numbers an s follows it
   */
  public static String of(long count, String one) {
    return of(count, one, one + "s");
  }

  /**
   * The same with words of which more than an s changes, such as {@code row is} and {@code rows
   * are}.
   */
  public static String of(long count, String one, String many) {
    return number(count) + " " + (count == 1 ? one : many);
  }

  /** A number alone, its thousands apart. */
  public static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
