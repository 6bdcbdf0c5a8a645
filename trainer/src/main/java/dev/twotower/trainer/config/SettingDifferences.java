package dev.twotower.trainer.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Settings that two records of one kind do not share. */
final class SettingDifferences {
  private final List<String> found = new ArrayList<>();

  private SettingDifferences() {}

  /** Each of them with both values, by its dotted key. */
  static List<String> of(Record earlier, Record now) {
    SettingDifferences differences = new SettingDifferences();
    differences.compare("", YamlText.tree(earlier), YamlText.tree(now));
    return differences.found;
  }

  private void compare(String path, JsonNode earlier, JsonNode now) {
    if (earlier instanceof ObjectNode section && now.isObject()) {
      Set<String> either = new LinkedHashSet<>();
      section.fieldNames().forEachRemaining(either::add);
      now.fieldNames().forEachRemaining(either::add);
      for (String name : either) {
        String key = path.isEmpty() ? name : path + "." + name;
        compare(key, section.path(name), now.path(name));
      }
    } else if (!earlier.equals(now)) {
      found.add(
          "%s: %s there, %s now".formatted(path, YamlText.shown(earlier), YamlText.shown(now)));
    }
  }
}
