package dev.twotower.eval.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.json.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings that all arms of a report share. They are shown once, which makes the arms' names
 * shorter.
 */
public final class SharedSettings {
  private SharedSettings() {}

  /** {@code key=value[;key=value..]}; empty where the arms share no setting. */
  public static String of(Report report) {
    return ArmSpec.text(shared(report), Map.of());
  }

  /** The report with these settings left out of its arms' names, for showing, not for keeping. */
  public static Report without(Report report) {
    Map<String, String> shared = shared(report);
    if (shared.isEmpty()) {
      return report;
    }
    Map<String, String> names = names(report, shared);
    JsonNode document = Json.TOLERANT.valueToTree(report);
    document.get("arms").forEach(arm -> rename(arm, "name", names));
    for (JsonNode pair : document.get("pairs")) {
      rename(pair, "a", names);
      rename(pair, "b", names);
    }
    for (JsonNode point : document.get("tradeOff")) {
      Map<String, String> settings =
          new LinkedHashMap<>(report.arm(point.get("arm").textValue()).orElseThrow().settings());
      settings.remove("batchSize");
      ((ObjectNode) point).put("settings", ArmSpec.text(settings, shared));
      rename(point, "arm", names);
    }
    ArrayNode warnings = ((ObjectNode) document).putArray("warnings");
    report.warnings().forEach(warning -> warnings.add(renamed(warning, names)));
    return Json.TOLERANT.convertValue(document, Report.class);
  }

  private static void rename(JsonNode of, String field, Map<String, String> names) {
    ((ObjectNode) of).put(field, names.get(of.get(field).textValue()));
  }

  private static Map<String, String> shared(Report report) {
    if (report.arms().size() < 2) {
      return Map.of();
    }
    Map<String, String> shared = new LinkedHashMap<>(report.reference().settings());
    report.arms().forEach(arm -> shared.entrySet().retainAll(arm.settings().entrySet()));
    // Names that differ in what they do not say stay whole.
    long names = names(report, shared).values().stream().distinct().count();
    return names == report.arms().size() ? shared : Map.of();
  }

  private static Map<String, String> names(Report report, Map<String, String> shared) {
    Map<String, String> names = new HashMap<>();
    report.arms().forEach(arm -> names.put(arm.name(), arm.spec().nameWithout(shared)));
    return names;
  }

  /** Longer names first, since one may begin another. */
  private static String renamed(String text, Map<String, String> names) {
    String renamed = text;
    List<Map.Entry<String, String>> longestFirst =
        names.entrySet().stream()
            .sorted((one, other) -> other.getKey().length() - one.getKey().length())
            .toList();
    for (Map.Entry<String, String> name : longestFirst) {
      renamed = renamed.replace(name.getKey(), name.getValue());
    }
    return renamed;
  }
}
