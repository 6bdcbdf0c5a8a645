package dev.twotower.data.message;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Words of the commands that messages tell people to run, written so that a POSIX shell reads from
 * the terminal what was meant: paths with spaces, quotes or {@code $} included.
 */
public final class ShellWord {
  /** Nothing that a shell reads in another way, wherever in a word it stands. */
  private static final Pattern PLAIN =
      Pattern.compile("[\\p{L}\\p{N}_@%+:,./-][\\p{L}\\p{N}_@%+=:,./-]*");

  /**
   * What keeps a meaning between double quotes, beside these; the history's sign counts at a
   * prompt.
   */
  private static final Pattern ACTIVE = Pattern.compile("[$`\\\\!]");

  private ShellWord() {}

  /**
   * A value as one word: as it is where a shell takes it so, else in single quotes, or in double
   * ones where it has single quotes and nothing that needs them.
   */
  public static String of(Object value) {
    String text = String.valueOf(value);
    if (PLAIN.matcher(text).matches()) {
      return text;
    }
    if (text.contains("'") && !ACTIVE.matcher(text).find()) {
      return '"' + text.replace("\"", "\\\"") + '"';
    }
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /**
   * A command in which values stand.
   *
   * @param template with {@code %s} for each value
   */
  public static String command(String template, Object... values) {
    return template.formatted(Arrays.stream(values).map(ShellWord::of).toArray());
  }
}
