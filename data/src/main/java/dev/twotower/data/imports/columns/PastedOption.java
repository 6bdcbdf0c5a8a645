package dev.twotower.data.imports.columns;

import dev.twotower.data.message.ShellWord;

/** An option with another expression, as a shell takes it. */
final class PastedOption {
  private static final String COLUMN = "--column ";

  private PastedOption() {}

  /**
   * The option, or the expression alone where it is a part of what the option takes.
   *
   * @param flag the option as messages call it, {@code --column} with the role
   */
  static String of(String flag, String expression) {
    if (flag.startsWith(COLUMN)) {
      return COLUMN + ShellWord.of(flag.substring(COLUMN.length()) + "=" + expression);
    }
    return flag.matches("--(where|among|without)")
        ? flag + " " + ShellWord.of(expression)
        : expression;
  }
}
