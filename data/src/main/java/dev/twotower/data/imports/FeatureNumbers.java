package dev.twotower.data.imports;

import dev.twotower.data.imports.source.CommaNumbers;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Numbers of features, from texts. They are stored as float and must be finite as such: one
 * infinite value would make the standardised values of all entities infinite or NaN.
 */
final class FeatureNumbers {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final Pattern INFINITE = Pattern.compile("(?i)[+-]?inf(inity)?");

  private FeatureNumbers() {}

  /** The number, not finite where the text is none that a float can hold. */
  static float parse(String text) {
    String number = text.strip();
    return NUMBER.matcher(number).matches() ? Float.parseFloat(number) : Float.NaN;
  }

  /**
   * Why a text is refused rather than taken for a missing value; null for a word.
   *
   * @param commas whether decimals were asked to follow a comma
   */
  static String problem(String text, boolean commas) {
    String number = text.strip();
    if (NUMBER.matcher(number).matches() && !Float.isFinite(parse(number))) {
      return "is beyond the largest number a float holds (3.4e38)";
    }
    if (INFINITE.matcher(number).matches()) {
      return "is not finite; leave it blank if there is no value";
    }
    if (CommaNumbers.isOne(number)) {
      return "is no number; " + CommaNumbers.remedy(commas);
    }
    return null;
  }

  /** The numbers of a vector: set apart by spaces, commas, semicolons or bars, in any brackets. */
  static List<String> parts(String text) {
    return Arrays.asList(text.replaceAll("[\\[\\](){}]", " ").strip().split("[\\s,;|]+", -1));
  }
}
