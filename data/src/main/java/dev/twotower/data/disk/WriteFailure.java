package dev.twotower.data.disk;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Something could not be written: the disk is full, its folder is gone. The message names it and
 * says why; a caller that knows how to continue adds that with {@link #with}.
 */
public final class WriteFailure extends IOException {
  private static final long serialVersionUID = 1L;

  private WriteFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** What went wrong with a path; a failure that names one already stays as it is. */
  public static WriteFailure of(Path path, IOException failure) {
    return failure instanceof WriteFailure named
        ? named
        : new WriteFailure(
            path + " cannot be written: " + BadDataException.reason(path, failure), failure);
  }

  /** A folder that was there has gone, removed or renamed by another process. */
  public static WriteFailure gone(Path folder) {
    return new WriteFailure(
        folder + " is gone: it was removed or renamed while it was being written", null);
  }

  /** The same with advice at its end. */
  public WriteFailure with(String advice) {
    return new WriteFailure(getMessage() + "; " + advice, this);
  }
}
