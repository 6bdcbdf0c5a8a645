package dev.twotower.trainer.serving.lists;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A file of ids, one a line: UTF-8, or UTF-16 where its first bytes mark that. Read once. */
final class IdFile {
  private IdFile() {}

  /** The file that a text names: a pipe is one, too; empty where it names none. */
  static Optional<Path> named(String text) {
    try {
      Path path = Path.of(text);
      return Files.exists(path) && !Files.isDirectory(path) ? Optional.of(path) : Optional.empty();
    } catch (InvalidPathException condition) {
      return Optional.empty();
    }
  }

  /**
   * The ids; empty lines are nothing.
   *
   * @throws BadDataException when the file cannot be read
   */
  static String[] read(Path file) {
    try {
      return text(Files.readAllBytes(file))
          .lines()
          .filter(line -> !line.isBlank())
          .toArray(String[]::new);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  private static String text(byte[] bytes) throws IOException {
    int first = bytes.length < 2 ? 0 : (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    Charset charset =
        first == 0xfeff || first == 0xfffe ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
    String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    // UTF-8 may have a mark as well, which is no part of the first id.
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }
}
