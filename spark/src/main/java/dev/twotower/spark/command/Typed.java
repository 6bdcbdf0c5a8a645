package dev.twotower.spark.command;

import dev.twotower.data.message.ProgramName;
import dev.twotower.data.message.ShellWord;

/** Commands of this program, as it was called, for messages that tell people to run them. */
final class Typed {
  private Typed() {}

  /**
   * A command.
   *
   * @param template the command and its options, with {@code %s} for each value
   */
  static String command(String template, Object... values) {
    return ProgramName.onSpark() + " " + ShellWord.command(template, values);
  }
}
