package dev.twotower.trainer.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What settings are called, also by those who do not quite remember. */
final class SettingNames {
  /** What settings are called for short elsewhere. */
  private static final Map<String, String> SHORT =
      Map.of("lr", "learningrate", "bs", "batchsize", "embeddingdim", "dim");

  /** Of the learning rates nobody can tell which one is meant, the tables' or the layers'. */
  private static final String RATE = "learningrate";

  private SettingNames() {}

  /**
   * The settings that a word names, whole or by the end of their names, in whatever case and with
   * whatever dashes: {@code batch-size}, {@code learning_rate}; those of the fewest sections first.
   * A word that is a section of all settings names nothing deeper that is called alike.
   *
   * @param known all settings, with their defaults
   */
  static List<String> like(ObjectNode known, String word) {
    String plain = plain(word);
    String asked = SHORT.getOrDefault(plain, plain);
    if (known.properties().stream()
        .anyMatch(each -> each.getValue().isObject() && plain(each.getKey()).equals(asked))) {
      return List.of();
    }
    List<String> all = new ArrayList<>();
    leaves("", known, all);
    return all.stream()
        .filter(key -> ("." + plain(key)).endsWith(asked.equals(RATE) ? asked : "." + asked))
        .sorted(Comparator.comparingInt(key -> key.split("\\.").length))
        .toList();
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
  }

  private static void leaves(String path, ObjectNode node, List<String> into) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      if (field.getValue() instanceof ObjectNode section) {
        leaves(key, section, into);
      } else {
        into.add(key);
      }
    }
  }
}
