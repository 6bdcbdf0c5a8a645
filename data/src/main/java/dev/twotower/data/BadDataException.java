package dev.twotower.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

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

  /** A file that the system does not let us read; the message names it and says why. */
  public static BadDataException unreadable(Path file, IOException failure) {
    return new BadDataException(file + " cannot be read: " + reason(file, failure), failure);
  }

  /**
   * Why a file cannot be read or written, in words. The system's exceptions often say no more than
   * the file's name.
   */
  public static String reason(Path file, IOException failure) {
    if (failure instanceof JsonProcessingException json) {
      return "it was cut short or altered (%s)".formatted(json.getOriginalMessage());
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (failure instanceof CharacterCodingException) {
      return "it is not UTF-8 text";
    }
    if (Files.isDirectory(file)) {
      return "it is a directory, not a file";
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
