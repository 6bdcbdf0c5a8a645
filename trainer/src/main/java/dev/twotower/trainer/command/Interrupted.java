package dev.twotower.trainer.command;

/** The user stopped a command that had something to finish first, such as a checkpoint. */
final class Interrupted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Interrupted(String message) {
    super(message);
  }
}
