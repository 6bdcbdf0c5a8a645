package dev.twotower.trainer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Durable;
import dev.twotower.data.disk.WriteFailure;
import dev.twotower.data.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code metrics.jsonl} in a folder, one JSON object per line, and a TensorBoard event file of the
 * numbers in it. Every line has a {@code type} and a {@code step}.
 */
public final class MetricsLog {
  /** The file's name. */
  public static final String FILE = "metrics.jsonl";

  private final Path folder;
  private final Path file;
  private EventFile events;

  /** Of the file's bytes so far; null before the first look at it. */
  private MessageDigest digest;

  private long bytes;

  MetricsLog(Path folder) {
    this.folder = folder;
    this.file = folder.resolve(FILE);
  }

  /**
   * The log up to a moment.
   *
   * @param bytes its length
   * @param sha256 of these bytes
   */
  record Mark(long bytes, String sha256) {
    static final Mark START = new Mark(0, Checksum.sha256(""));
  }

  /** Appends a line, and its numbers to the event file. */
  void append(Map<String, ?> line) throws IOException {
    double now = System.currentTimeMillis() / 1e3;
    Map<String, Double> scalars = new LinkedHashMap<>();
    collect(String.valueOf(line.get("type")), line, scalars);
    byte[] text = (Json.PLAIN.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      if (events == null) {
        events = EventFile.next(folder, now);
      }
      events.append(now, ((Number) line.get("step")).longValue(), scalars);
      load();
      // Not made again if it is gone: then the folder was removed.
      Files.write(file, text, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw Files.isDirectory(folder) ? WriteFailure.of(file, e) : WriteFailure.gone(folder);
    }
    digest.update(text);
    bytes += text.length;
  }

  private void load() throws IOException {
    if (digest == null) {
      byte[] present = Files.readAllBytes(file);
      digest = Checksum.newDigest();
      digest.update(present);
      bytes = present.length;
    }
  }

  private static void collect(String prefix, Map<?, ?> values, Map<String, Double> into) {
    values.forEach(
        (key, value) -> {
          String tag = prefix + "/" + key;
          if (value instanceof Map<?, ?> nested) {
            collect(tag, nested, into);
          } else if (value instanceof Number number && !key.equals("step")) {
            into.put(tag, number.doubleValue());
          }
        });
  }

  /** The file's bytes. */
  public static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  /**
   * The lines in the file's bytes.
   *
   * @param growing whether a last line cut short is left out, rather than refused
   */
  static List<JsonNode> parse(Path file, byte[] content, boolean growing) {
    List<JsonNode> lines = new ArrayList<>();
    int from = 0;
    while (from < content.length) {
      int end = from;
      while (end < content.length && content[end] != '\n') {
        end++;
      }
      if (end == content.length && growing) {
        break;
      }
      try {
        String line =
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(content, from, end - from))
                .toString();
        JsonNode parsed = Json.PLAIN.readTree(line);
        if (!parsed.isObject()) {
          throw new BadDataException(
              "%s, line %d, is not a JSON object: the file was altered"
                  .formatted(file, lines.size() + 1));
        }
        lines.add(parsed);
      } catch (CharacterCodingException | JsonProcessingException e) {
        throw new BadDataException(
            "%s, line %d, cannot be read as JSON: the file was cut short or altered"
                .formatted(file, lines.size() + 1),
            e);
      }
      from = end + 1;
    }
    return lines;
  }

  /** The log's current position; everything up to it is flushed to the disk. */
  Mark mark() throws IOException {
    try {
      load();
      flush();
      MessageDigest copy = (MessageDigest) digest.clone();
      return new Mark(bytes, HexFormat.of().formatHex(copy.digest()));
    } catch (IOException e) {
      throw Files.isDirectory(folder) ? WriteFailure.of(file, e) : WriteFailure.gone(folder);
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("every Java platform can copy a SHA-256", e);
    }
  }

  void flush() throws IOException {
    Durable.file(file);
  }

  /**
   * Checks that the log still begins as it did at a mark.
   *
   * @throws BadDataException when it does not
   */
  void require(Mark mark) {
    byte[] present = read(file);
    String found =
        present.length < mark.bytes()
            ? "only %d bytes".formatted(present.length)
            : Checksum.sha256(Arrays.copyOf(present, (int) mark.bytes()));
    if (!found.equals(mark.sha256())) {
      throw new BadDataException(
          "%s was cut short or altered: SHA-256 of its first %d bytes expected %s, found %s; the newest checkpoint's state.json says so"
              .formatted(file, mark.bytes(), mark.sha256(), found));
    }
  }

  /** Discards what was logged after a mark; a resumed training logs it again. */
  void cutTo(Mark mark) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(mark.bytes());
      Durable.flush(channel);
    }
    digest = null;
  }
}
