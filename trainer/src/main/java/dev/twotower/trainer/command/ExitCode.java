package dev.twotower.trainer.command;

import dev.twotower.data.BadDataException;

/** The documented exit codes (design 10). */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
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
