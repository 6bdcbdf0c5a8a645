package dev.twotower.eval.comparison;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings that all arms of a report share: written once, they make names shorter. */
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
    Map<String, Report.Arm> arms = new HashMap<>();
    report.arms().forEach(arm -> arms.put(arm.name(), arm));
    return new Report(
        report.dataset(),
        report.seeds(),
        report.arms().stream().map(arm -> arm.named(names.get(arm.name()))).toList(),
        report.pairs().stream()
            .map(pair -> pair.named(names.get(pair.a()), names.get(pair.b())))
            .toList(),
        report.metric(),
        report.split(),
        report.margin(),
        report.baselines(),
        report.falseNegatives(),
        report.conclusions(),
        report.tradeOff().stream()
            .map(point -> point.named(names.get(point.arm()), settings(point, arms, shared)))
            .toList(),
        report.warnings().stream().map(warning -> renamed(warning, names)).toList(),
        report.config(),
        report.provenance());
  }

  private static String settings(
      TradeOff point, Map<String, Report.Arm> arms, Map<String, String> shared) {
    Map<String, String> settings = new LinkedHashMap<>(arms.get(point.arm()).settings());
    settings.remove("batchSize");
    return ArmSpec.text(settings, shared);
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
