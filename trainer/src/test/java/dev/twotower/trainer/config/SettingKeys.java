package dev.twotower.trainer.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;

/** The settings of a configuration, for tests that try each. */
public final class SettingKeys {
  private SettingKeys() {}

  /** Every key, such as {@code loss.streaming.rate}, of a configuration written as YAML. */
  public static List<String> of(String yaml) {
    List<String> keys = new ArrayList<>();
    collect("", tree(yaml), keys);
    return keys;
  }

  /** Whether a value, as YAML, is another than the one that a configuration has. */
  public static boolean differs(String yaml, String key, String value) {
    JsonNode from = tree(yaml).at("/" + key.replace('.', '/'));
    JsonNode to = tree(value);
    return !(to.asText() + to).equals(from.asText() + from);
  }

  private static JsonNode tree(String yaml) {
    try {
      return new YAMLMapper().readTree(yaml);
    } catch (JsonProcessingException broken) {
      throw new AssertionError(broken);
    }
  }

  private static void collect(String path, JsonNode node, List<String> into) {
    if (!node.isObject()) {
      into.add(path);
      return;
    }
    for (var field : node.properties()) {
      collect(
          path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), into);
    }
  }
}
