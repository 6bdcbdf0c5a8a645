package dev.twotower.trainer.track;

import java.io.IOException;

/** A server is there and cannot do what is asked for now; it may later. */
final class BusyException extends IOException {
  private static final long serialVersionUID = 1;

  BusyException(String message, Throwable cause) {
    super(message, cause);
  }
}
