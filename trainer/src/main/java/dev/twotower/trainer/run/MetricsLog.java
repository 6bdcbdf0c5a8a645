package dev.twotower.trainer.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * {@code metrics.jsonl} in a folder, one JSON object a line, and a TensorBoard event file of the
 * numbers in it. Every line has a {@code type} and a {@code step}.
 */
public final class MetricsLog {
  /** The file's name. */
  public static final String FILE = "metrics.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private EventFile events;

  public MetricsLog(Path folder) {
    this.folder = folder;
  }

  /** Appends a line, and its numbers to the event file. */
  public void append(Map<String, ?> line) throws IOException {
    double now = System.currentTimeMillis() / 1e3;
    if (events == null) {
      events = EventFile.next(folder, now);
    }
    Map<String, Double> scalars = new LinkedHashMap<>();
    collect(String.valueOf(line.get("type")), line, scalars);
    events.append(now, ((Number) line.get("step")).longValue(), scalars);
    Files.writeString(
        folder.resolve(FILE),
        JSON.writeValueAsString(line) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
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

  /** The lines; a last line cut short by a kill is left out. */
  public List<JsonNode> lines() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(FILE), StandardCharsets.UTF_8)) {
      try {
        lines.add(JSON.readTree(line));
      } catch (JsonProcessingException cut) {
        break;
      }
    }
    return lines;
  }

  /** Forgets all other lines, which a resumed run will write again; at once or not at all. */
  public void keep(Predicate<JsonNode> wanted) throws IOException {
    StringBuilder kept = new StringBuilder();
    for (JsonNode line : lines()) {
      if (wanted.test(line)) {
        kept.append(JSON.writeValueAsString(line)).append('\n');
      }
    }
    replace(folder, FILE, kept.toString());
  }

  /** Replaces one of a folder's files as a whole or not at all. */
  static void replace(Path folder, String file, String content) throws IOException {
    Path partial = folder.resolve("." + file + ".partial");
    Files.writeString(partial, content);
    Files.move(
        partial,
        folder.resolve(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
