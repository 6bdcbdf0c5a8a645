package dev.twotower.trainer.track;

import java.io.IOException;

/** The server answered that it will not do this; asking again would not help. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Whether what was named is not there. */
  boolean absent() {
    return status == 404;
  }
}
