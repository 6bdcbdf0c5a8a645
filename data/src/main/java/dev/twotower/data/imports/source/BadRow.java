package dev.twotower.data.imports.source;

/**
 * An example of a row that was not imported.
 *
 * @param reason why
 * @param file the file's name
 * @param unit what {@code line} counts: {@code line}, or {@code row} for files without lines
 * @param line its number, from 1
 * @param text what the row holds
 */
public record BadRow(String reason, String file, String unit, long line, String text) {
  private static final int LONGEST = 200;

  /** A received text for a message: no longer than a line or two. */
  public static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " ...";
  }

  @Override
  public String toString() {
    return "%s %s %d: %s: %s".formatted(file, unit, line, reason, text);
  }
}
