package dev.twotower.trainer.command.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.disk.Checksum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a command answers, in a form in which equal answers are equal texts: no times, no paths. */
@FunctionalInterface
interface Answer {
  /**
   * @param out the folder that the command wrote into
   */
  String read(Path out, Reply reply) throws IOException;

  /** Numbers that differ from run to run. */
  Pattern TIMES =
      Pattern.compile(
          "(?i).*(seconds|minutes|millis|persecond|duration|spent|waitshare"
              + "|platform|created|wall|written).*");

  /** The JSON document on standard output. */
  Answer JSON = (out, reply) -> plain(new ObjectMapper().readTree(reply.out())).toString();

  Answer TEXT = (out, reply) -> reply.out();

  /** Files, by their bytes; JSON files without their times. */
  static Answer files(String... paths) {
    return (out, reply) -> {
      List<String> all = new ArrayList<>();
      for (String path : paths) {
        Path file = out.resolve(path);
        all.add(
            path
                + " "
                + (!Files.isRegularFile(file)
                    ? "missing"
                    : path.endsWith(".json")
                        ? plain(new ObjectMapper().readTree(file.toFile())).toString()
                        : Checksum.sha256(file)));
      }
      return String.join("\n", all);
    };
  }

  /** A document without what differs from run to run and from place to place. */
  static JsonNode plain(JsonNode node) {
    if (node instanceof ObjectNode object) {
      TreeMap<String, JsonNode> sorted = new TreeMap<>();
      object
          .properties()
          .forEach(
              field -> {
                if (!TIMES.matcher(field.getKey()).matches()) {
                  sorted.put(field.getKey(), plain(field.getValue()));
                }
              });
      ObjectNode copy = new ObjectMapper().createObjectNode();
      sorted.forEach(copy::set);
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = new ObjectMapper().createArrayNode();
      array.forEach(each -> copy.add(plain(each)));
      return copy;
    }
    boolean path = node.isTextual() && node.textValue().matches("(?s).*/room(-whole)?/.*");
    return path ? new ObjectMapper().getNodeFactory().textNode("PATH") : node;
  }
}
