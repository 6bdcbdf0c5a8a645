package dev.twotower.data.message;

/**
 * The program {@code twotower} in the commands that messages tell people to run: as it was called,
 * so that the command works where {@code twotower} is not on the path.
 */
public final class ProgramName {
  /**
   * The property by which a launcher says how it was called: a path, or the name where the path of
   * the shell has it. It is quoted here.
   */
  public static final String CALLED = "twotower.program";

  private static final String NAME = "twotower";

  private ProgramName() {}

  /** What to type for the program: {@code scripts/twotower}; without a launcher its name. */
  public static String typed() {
    String called = System.getProperty(CALLED, "");
    return called.isBlank() ? NAME : ShellWord.of(called);
  }

  /** What to type for the program of clusters, which lies beside the other. */
  public static String onSpark() {
    String called = System.getProperty(CALLED, "");
    return called.isBlank() ? NAME + "-spark" : ShellWord.of(called + "-spark");
  }

  /**
   * A command of the program.
   *
   * @param template the command and its options, with {@code %s} for each value
   */
  public static String command(String template, Object... values) {
    return typed() + " " + ShellWord.command(template, values);
  }
}
