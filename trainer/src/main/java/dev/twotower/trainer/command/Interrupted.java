package dev.twotower.trainer.command;

/** The user stopped a command that had something to finish first, such as a checkpoint. */
final class Interrupted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Interrupted(String message) {
    super(message);
  }

  /** Of several trainings, some are done. */
  static Interrupted betweenRuns() {
    return new Interrupted(
        "interrupted; all runs are kept as they are; run the same command again to continue");
  }
}
