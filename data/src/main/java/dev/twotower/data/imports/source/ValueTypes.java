package dev.twotower.data.imports.source;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What DuckDB's types mean here: how a value of each is written as text, and what type columns of
 * several files have together. An id is its text (design 9), so a value has one text whatever type
 * a file gives it: 17, 17.0 and a decimal 17.00 are all {@code 17}.
 */
public final class ValueTypes {
  /** What a column has of whose values none is known. */
  static final String NULL = "\"NULL\"";

  private static final Set<String> WHOLE =
      Set.of(
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT");

  /** Whole types whose every value fits a BIGINT. */
  private static final Set<String> SMALL =
      Set.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER");

  private static final Pattern DIGITS = Pattern.compile("DECIMAL\\((\\d+), ?(\\d+)\\)");
  private static final int MOST_DIGITS = 38;

  private ValueTypes() {}

  public static boolean isWhole(String type) {
    return WHOLE.contains(type);
  }

  public static boolean isFloat(String type) {
    return type.equals("DOUBLE") || type.equals("FLOAT");
  }

  public static boolean isNumeric(String type) {
    return isWhole(type) || isFloat(type) || isDecimal(type);
  }

  public static boolean isDecimal(String type) {
    return type.startsWith("DECIMAL") && !isNested(type);
  }

  public static boolean isTemporal(String type) {
    return (type.startsWith("TIMESTAMP") || type.equals("DATE")) && !isNested(type);
  }

  /** Lists, structs, maps and the like: several values, or none that is one text. */
  public static boolean isNested(String type) {
    return type.endsWith("]")
        || type.startsWith("STRUCT")
        || type.startsWith("MAP")
        || type.startsWith("UNION")
        || type.equals("JSON")
        || type.equals("VARIANT");
  }

  /** The type of a column that has these types in several files; null where they cannot meet. */
  static String common(List<String> types) {
    List<String> known = types.stream().filter(type -> !type.equals(NULL)).distinct().toList();
    if (known.size() <= 1) {
      return known.isEmpty() ? NULL : known.get(0);
    }
    if (known.stream().anyMatch(type -> isNested(type) || type.equals("BLOB"))) {
      return null;
    }
    if (known.stream().allMatch(SMALL::contains)) {
      return "BIGINT";
    }
    if (known.stream().allMatch(type -> isWhole(type) && !type.equals("UHUGEINT"))) {
      return "HUGEINT";
    }
    if (known.stream().allMatch(type -> SMALL.contains(type) || isDecimal(type))) {
      return decimal(known);
    }
    if (known.stream().allMatch(ValueTypes::isNumeric)) {
      return "DOUBLE";
    }
    if (known.stream().allMatch(ValueTypes::isTemporal)) {
      // Of times that nanoseconds cannot hold, before 1678 or after 2261, the text alone is left.
      return known.contains("TIMESTAMP_NS") ? "TIMESTAMP_NS" : "TIMESTAMP";
    }
    return "VARCHAR";
  }

  /** The decimal type of all digits that some decimals and whole numbers have. */
  private static String decimal(List<String> types) {
    int whole = 0;
    int scale = 0;
    for (String type : types) {
      Matcher digits = DIGITS.matcher(type);
      int own = digits.matches() ? Integer.parseInt(digits.group(2)) : 0;
      whole = Math.max(whole, digits.matches() ? Integer.parseInt(digits.group(1)) - own : 19);
      scale = Math.max(scale, own);
    }
    return whole + scale > MOST_DIGITS
        ? "DOUBLE"
        : "DECIMAL(%d,%d)".formatted(whole + scale, scale);
  }

  /**
   * A value as text. Whole numbers are written without point and exponent as far as their type
   * tells them from their neighbours (below 2^53 for DOUBLE, 2^24 for FLOAT; see {@link #lost});
   * NaN is absent, as null is.
   */
  public static String text(String expression, String type) {
    String value = "(" + expression + ")";
    if (type.equals("VARCHAR")) {
      return expression;
    }
    if (isFloat(type)) {
      return "CASE WHEN isnan(%1$s) THEN NULL WHEN %1$s = trunc(%1$s) AND abs(%1$s) < %2$d THEN CAST(TRY_CAST(%1$s AS BIGINT) AS VARCHAR) ELSE CAST(%1$s AS VARCHAR) END"
          .formatted(value, 1L << (type.equals("DOUBLE") ? 53 : 24));
    }
    if (isDecimal(type) && !type.endsWith(",0)")) {
      return "rtrim(rtrim(CAST(" + value + " AS VARCHAR), '0'), '.')";
    }
    return "CAST(" + value + " AS VARCHAR)";
  }

  /**
   * Whether a {@link #text} is of a floating-point number that is not an id: infinite, or so large
   * that whole numbers beside it have become equal to it.
   */
  public static String lost(String text) {
    return "(%1$s LIKE '%%.0' OR %1$s LIKE '%%e+%%' OR %1$s LIKE '%%inf')".formatted(text);
  }
}
