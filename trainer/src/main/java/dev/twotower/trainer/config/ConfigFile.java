package dev.twotower.trainer.config;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of settings, read once, so that a pipe can be one, and all of a command goes by the same.
 *
 * @param path where it was read, for messages
 * @param text YAML
 */
public record ConfigFile(Path path, String text) {
  /** Parsing a text takes a multiple of its size; settings have a few thousand characters. */
  private static final int MOST_BYTES = 1 << 20;

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException when it is none, is larger than 1 MiB, or is not UTF-8
   * @throws IOException if it cannot be read otherwise
   */
  public static ConfigFile read(Path path) throws IOException {
    if (!Files.exists(path) || Files.isDirectory(path)) {
      throw new IllegalArgumentException(
          "no configuration file at '" + path + "'; allowed: a YAML file; change it with --config");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IllegalArgumentException(
            "--config: '%s' has more than %d bytes; allowed: a YAML file of at most that"
                .formatted(path, MOST_BYTES));
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new ConfigFile(path, text.startsWith("\ufeff") ? text.substring(1) : text);
    } catch (CharacterCodingException | AccessDeniedException e) {
      // The mistake is the caller's, who named the file.
      throw refused(path, e);
    }
  }

  /**
   * Reads the file that {@code --config} names; whatever goes wrong, the option names the file.
   *
   * @throws IllegalArgumentException when it cannot be read, or as for {@link #read}
   */
  public static ConfigFile ofOption(Path path) {
    try {
      return read(path);
    } catch (IOException e) {
      throw refused(path, e);
    }
  }

  private static IllegalArgumentException refused(Path path, IOException e) {
    return new IllegalArgumentException(
        "--config: '%s' cannot be read: %s; allowed: a YAML file in UTF-8"
            .formatted(path, BadDataException.reason(path, e)),
        e);
  }
}
