package dev.twotower.data.message;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Received values in messages, cut to a length that a person reads. */
public final class Received {
  /** Characters of a received value that a message repeats. */
  public static final int SHOWN = 200;

  /** Of a whole line, many values and what is allowed included. */
  private static final int LINE = 4_000;

  /** A quote after a letter, a digit or another quote ends a value, and begins none. */
  private static final Pattern QUOTED =
      Pattern.compile("(?<![\\p{L}\\p{N}'\"%)])'([^'\n]{" + (SHOWN + 1) + ",})'");

  private static final Pattern WORD = Pattern.compile("[^\\s']{" + (SHOWN + 1) + ",}");
  private static final Pattern LONG_LINE = Pattern.compile("[^\n]{" + (LINE + 1) + ",}");

  private Received() {}

  /** A value in quotes, cut. */
  public static String quoted(Object value) {
    return "'" + cut(String.valueOf(value)) + "'";
  }

  /** A text, cut, with its true length where it was. */
  public static String cut(String text) {
    return cut(text, SHOWN);
  }

  private static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    // Half a surrogate pair would not print.
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end) + "... (" + text.length() + " characters)";
  }

  /** A message, with whatever values it repeats at a greater length cut. */
  public static String inMessage(String message) {
    String cut =
        QUOTED.matcher(message).replaceAll(found -> replacement("'" + cut(found.group(1)) + "'"));
    cut = WORD.matcher(cut).replaceAll(found -> replacement(cut(found.group())));
    return LONG_LINE
        .matcher(cut)
        .replaceAll((MatchResult found) -> replacement(cut(found.group(), LINE)));
  }

  private static String replacement(String text) {
    return Matcher.quoteReplacement(text);
  }
}
