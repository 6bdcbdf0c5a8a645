package dev.twotower.trainer.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** YAML as settings are read from it and written to it: one document, each key once. */
final class YamlText {
  private static final ObjectMapper YAML =
      new ObjectMapper(
              new YAMLFactory()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS))
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  /** What was parsed before: settings are read from the defaults many times in a run. */
  private static final Map<String, ObjectNode> RESOURCES = new ConcurrentHashMap<>();

  /** A text continues after its first document, whose mistakes would otherwise go by unseen. */
  static final class TrailingDocument extends Exception {
    private static final long serialVersionUID = 1L;
    final int line;

    private TrailingDocument(int line) {
      this.line = line;
    }
  }

  private YamlText() {}

  /** The only document of a text; missing where there is none. */
  static JsonNode document(String text) throws JsonProcessingException, TrailingDocument {
    try (JsonParser parser = YAML.createParser(text)) {
      JsonNode document = YAML.readTree(parser);
      if (document != null && parser.nextToken() != null) {
        throw new TrailingDocument(parser.currentTokenLocation().getLineNr());
      }
      return document == null ? YAML.missingNode() : document;
    } catch (JsonProcessingException malformed) {
      throw malformed;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** A value that the code has, and that is well-formed. */
  static JsonNode value(String text) {
    try {
      return YAML.readTree(text);
    } catch (JsonProcessingException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** A resource beside this class, for example defaults.yaml; the caller's own copy. */
  static ObjectNode resource(String name) {
    return RESOURCES.computeIfAbsent(name, YamlText::parsed).deepCopy();
  }

  private static ObjectNode parsed(String name) {
    try (InputStream in = YamlText.class.getResourceAsStream(name)) {
      return (ObjectNode) YAML.readTree(in);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** A value at a path of keys, each a section of the one before. */
  static ObjectNode nested(String[] path, JsonNode value) {
    JsonNode node = value.isMissingNode() ? YAML.getNodeFactory().nullNode() : value;
    for (int i = path.length - 1; i >= 0; i--) {
      node = YAML.createObjectNode().set(path[i], node);
    }
    return (ObjectNode) node;
  }

  /** A record as a tree, sections and lists in the order of its components. */
  static ObjectNode tree(Record record) {
    return (ObjectNode) RecordReader.toTree(record, YAML);
  }

  /** The record as YAML, sections and lists in the order of their components. */
  static String write(Record record) {
    try {
      return YAML.writeValueAsString(tree(record));
    } catch (JsonProcessingException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Where a text is malformed, for a message. */
  static String place(JsonProcessingException malformed) {
    return malformed.getLocation() == null
        ? "(whole file)"
        : "line " + malformed.getLocation().getLineNr();
  }

  /** A value in a message. */
  static String shown(JsonNode node) {
    return node.isMissingNode()
        ? "nothing"
        : node.isTextual() ? "'" + node.textValue() + "'" : node.toString();
  }
}
