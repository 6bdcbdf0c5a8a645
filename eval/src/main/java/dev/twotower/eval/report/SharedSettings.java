package dev.twotower.eval.report;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the names of all arms of a report say alike: told once, it makes them shorter. */
public final class SharedSettings {
  private SharedSettings() {}

  /** {@code key=value[;key=value..]}; empty where the arms' names share no setting. */
  public static String of(Report report) {
    return String.join(";", shared(report));
  }

  /** The report with these settings left out of its arms' names, for showing, not for keeping. */
  public static Report without(Report report) {
    List<String> shared = shared(report);
    if (shared.isEmpty()) {
      return report;
    }
    Map<String, String> names = new HashMap<>();
    report.arms().forEach(arm -> names.put(arm.name(), left(arm.name(), shared)));
    return new Report(
        report.dataset(),
        report.seeds(),
        report.arms().stream().map(arm -> arm.named(names.get(arm.name()))).toList(),
        report.pairs().stream()
            .map(pair -> pair.named(left(pair.a(), shared), left(pair.b(), shared)))
            .toList(),
        report.metric(),
        report.split(),
        report.margin(),
        report.baselines(),
        report.falseNegatives(),
        report.conclusions(),
        report.tradeOff().stream()
            .map(point -> point.named(left(point.arm(), shared), left(point.settings(), shared)))
            .toList(),
        report.warnings().stream().map(warning -> renamed(warning, names)).toList(),
        report.config(),
        report.provenance());
  }

  private static List<String> shared(Report report) {
    List<String> first = settings(report.reference().name());
    if (report.arms().size() < 2) {
      return List.of();
    }
    List<String> shared =
        first.stream()
            .filter(
                setting ->
                    report.arms().stream().allMatch(arm -> settings(arm.name()).contains(setting)))
            .toList();
    long names = report.arms().stream().map(arm -> left(arm.name(), shared)).distinct().count();
    // Names that differ only in the order of their settings stay whole.
    return names == report.arms().size() ? shared : List.of();
  }

  private static List<String> settings(String name) {
    return Arrays.stream(name.split(";")).skip(1).toList();
  }

  private static String left(String settings, List<String> shared) {
    return Arrays.stream(settings.split(";"))
        .filter(part -> !shared.contains(part))
        .collect(Collectors.joining(";"));
  }

  private static String renamed(String text, Map<String, String> names) {
    String renamed = text;
    for (Map.Entry<String, String> name : names.entrySet()) {
      renamed = renamed.replace(name.getKey(), name.getValue());
    }
    return renamed;
  }
}
