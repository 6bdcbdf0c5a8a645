package dev.twotower.data.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The text of {@code dataset.json}. Reading takes nothing for granted: a field that is missing,
 * null, of another type, given twice or unknown is refused by name.
 */
final class ManifestJson {
  private static final int SHOWN = 200;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private ManifestJson() {}

  static String text(Manifest manifest) {
    try {
      return JSON.writeValueAsString(manifest) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("manifest " + manifest, e);
    }
  }

  /**
   * Reads a manifest.
   *
   * @throws BadDataException naming the file and the field or line
   */
  static Manifest read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
    JsonNode tree = null;
    try {
      tree = JSON.readTree(text);
      // Fields of another version are not those that are looked for here.
      JsonNode version = tree.path("formatVersion");
      if (version.isInt()) {
        Manifest.requireVersion(file, version.intValue());
      }
      boolean counted = true;
      for (JsonNode overlap : tree.path("overlaps")) {
        counted &= !overlap.isObject() || overlap.has("sameMoment");
      }
      if (tree instanceof ObjectNode manifest && (!manifest.has("overlaps") || !counted)) {
        manifest.putArray("overlaps"); // not, or not all, counted by those who wrote it
      }
      if (tree.path("schema") instanceof ObjectNode schema && !schema.has("contextLists")) {
        schema.putArray("contextLists"); // none of them is a list
      }
      requireNoNulls(file, tree, "");
      return JSON.treeToValue(tree, Manifest.class);
    } catch (JsonProcessingException e) {
      throw new BadDataException(
          "%s cannot be read: %s; import the data again".formatted(file, reason(e, tree)), e);
    }
  }

  /** A file's split is null where it holds no rows of one; nothing else is. */
  private static void requireNoNulls(Path file, JsonNode node, String at) {
    if (node.isNull() && !at.matches("files\\[[0-9]+]\\.split") || node.isMissingNode()) {
      throw new BadDataException(
          "%s cannot be read: %s; import the data again"
              .formatted(file, at.isEmpty() ? "it is not a JSON object" : at + " is null"));
    }
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      requireNoNulls(
          file, each.getValue(), at.isEmpty() ? each.getKey() : at + "." + each.getKey());
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      requireNoNulls(file, node.get(i), at + "[" + i + "]");
    }
  }

  private static String reason(JsonProcessingException e, JsonNode tree) {
    if (!(e instanceof JsonMappingException mapping) || tree == null) {
      long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      return "line " + line + ": " + e.getOriginalMessage();
    }
    String field = path(mapping);
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "%s is unknown; allowed: %s".formatted(field, unknown.getKnownPropertyIds());
    }
    JsonNode received = received(tree, mapping);
    if (e instanceof MismatchedInputException mismatch && !received.isMissingNode()) {
      String value = received.toString();
      return "%s is %s; expected %s"
          .formatted(
              field.isEmpty() ? "it" : field,
              value.length() > SHOWN ? value.substring(0, SHOWN) + "..." : value,
              expected(mismatch.getTargetType()));
    }
    return (field.isEmpty() ? "" : field + ": ") + e.getOriginalMessage();
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            step ->
                step.getFieldName() == null
                    ? "[" + step.getIndex() + "]"
                    : "." + step.getFieldName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }

  private static JsonNode received(JsonNode tree, JsonMappingException e) {
    JsonNode node = tree;
    for (JsonMappingException.Reference step : e.getPath()) {
      node =
          step.getFieldName() == null ? node.path(step.getIndex()) : node.path(step.getFieldName());
    }
    return node;
  }

  private static String expected(Class<?> type) {
    if (type == int.class || type == long.class || type == Long.class) {
      return "a whole number of " + (type == int.class ? "32" : "64") + " bits";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "a text";
    }
    if (type != null && type.isEnum()) {
      return "one of " + Arrays.toString(type.getEnumConstants());
    }
    return type != null && List.class.isAssignableFrom(type) ? "a list" : "an object";
  }
}
