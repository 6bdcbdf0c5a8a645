package dev.twotower.data.imports.columns;

import dev.twotower.data.message.Received;
import java.util.Locale;

/** What may be wrong with an expression, in words that hold for every engine that reads SQL. */
public final class SqlWords {
  private SqlWords() {}

  /** A type in words. */
  public static String type(String sql) {
    String name = sql.strip().toUpperCase(Locale.ROOT);
    if (name.matches("VARCHAR|STRING|STRING_LITERAL")) {
      return "a text";
    }
    if (name.matches("U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?(_LITERAL)?|U?INT\\d+")) {
      return "a whole number";
    }
    if (name.matches("DOUBLE|FLOAT|DECIMAL.*|REAL")) {
      return "a number";
    }
    if (name.equals("BOOLEAN")) {
      return "true or false";
    }
    return name.equals("DATE") ? "a date" : name.startsWith("TIMESTAMP") ? "a time" : sql;
  }

  /** Of an expression that does more than look at its row. */
  public static String rows(String what) {
    return what + "; allowed: what follows from one row alone";
  }

  /** Of a condition of another type. */
  public static String undecided(String type) {
    return "it is %s, which is neither true nor false; compare it with something, as in COLUMN = 'text' or COLUMN > 3"
        .formatted(type(type));
  }

  /** Of a division that fails on a row. */
  public static String dividesByZero(String where) {
    return "it divides by zero in %s; nullif(DIVISOR, 0) makes that null".formatted(where);
  }

  /**
   * Of a value that is not what an expression makes of it.
   *
   * @param of which column has it; empty where that is not known
   */
  public static String noValue(String text, String of, String type) {
    return "'%s'%s is not %s; TRY_CAST in place of CAST or :: makes such values null"
        .formatted(Received.cut(text), of, type(type));
  }
}
