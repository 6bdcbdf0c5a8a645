package dev.twotower.data.duckdb;

import dev.twotower.data.BadDataException;
import java.nio.file.Path;

/**
 * A file's path as SQL. DuckDB treats the paths of files it reads as patterns; here each character
 * is escaped, so that a path names exactly one file (design 9).
 */
public final class SqlPath {
  private SqlPath() {}

  /**
   * The path of one file to read, quoted.
   *
   * @throws BadDataException when DuckDB has no way to name the file
   */
  public static String of(Path file) {
    return QuerySession.literal(pattern(file));
  }

  /** The pattern that one file's path alone fits. */
  static String pattern(Path file) {
    String path = file.toAbsolutePath().toString();
    String pattern = path.replaceAll("[\\[*?]", "[$0]");
    if (!pattern.equals(path) && path.contains("\\")) {
      throw new BadDataException(
          "%s cannot be read: its path holds a backslash and one of * ? [; rename it"
              .formatted(file));
    }
    return pattern;
  }
}
