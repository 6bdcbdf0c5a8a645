package dev.twotower.trainer.command;

import dev.twotower.data.BadDataException;

/**
 * The documented exit codes (design 10). One rule for all commands tells bad usage from bad data:
 * it is usage where another command line is the remedy, and data where other files are.
 */
final class ExitCode {
  static final int DONE = 0;

  /** What the machine did not give: memory, disk, permission to write, a library. */
  static final int FAILED = 1;

  /**
   * The command line or configuration cannot be, whatever is in the files: unknown options, values
   * out of range, columns and features that there are not, a path at which there is nothing, and
   * one at which there is something of another kind than the option takes, such as a run or a csv
   * file in place of a data set.
   */
  static final int USAGE = 2;

  /**
   * What was named is of the right kind, or a file to be read as such, and what it holds cannot be
   * used: cut short, altered, empty, missing one of its files, of an unknown format; bad rows
   * beyond the limit; a split without rows.
   */
  static final int BAD_DATA = 3;

  /** A condition asked for with {@code --require} is not met. */
  static final int NOT_MET = 4;

  static final int INTERRUPTED = 130;

  private ExitCode() {}

  /** The code that tells a caller what kind of failure this is. */
  static int of(Throwable failure) {
    if (failure instanceof Interrupted) {
      return INTERRUPTED;
    }
    if (failure instanceof BadDataException) {
      return BAD_DATA;
    }
    return failure instanceof IllegalArgumentException ? USAGE : FAILED;
  }
}
