package dev.twotower.data.dataset;

/**
 * Data that cannot be used: a truncated or altered file, a missing column, rows past the bad-row
 * limit. Commands exit with 3.
 */
public final class BadDataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadDataException(String message) {
    super(message);
  }

  public BadDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
