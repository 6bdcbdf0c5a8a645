package dev.twotower.trainer.command.faults;

/**
 * What a command line ended with.
 *
 * @param code the exit code; negative where the process ended otherwise
 */
record Reply(int code, String out, String err) {
  /** The process died of something that the program did not see coming. */
  static final int CRASHED = -1;

  /** The process did not end in time and was ended. */
  static final int HUNG = -2;

  boolean trace() {
    return err.contains("\tat ") || err.contains("Exception in thread");
  }

  /** The first words on standard error, for a tally. */
  String excerpt() {
    String line = err.strip().replace('\n', ' ');
    return "exit " + code + ": " + (line.length() > 300 ? line.substring(0, 300) + ".." : line);
  }
}
