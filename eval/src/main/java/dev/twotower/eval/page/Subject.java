package dev.twotower.eval.page;

import dev.twotower.eval.comparison.Report;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the arms of a report differ in, as its title says it. */
final class Subject {
  private Subject() {}

  static String of(Report report) {
    boolean layouts =
        distinct(report.arms().stream().map(arm -> List.of(arm.layout(), arm.masks())).toList())
            > 1;
    Set<String> keys =
        report.arms().stream()
            .flatMap(arm -> arm.settings().keySet().stream())
            .filter(key -> differs(report, key))
            .collect(Collectors.toSet());
    // A curve is drawn over sizes of batches beside layouts.
    boolean settings = layouts ? !Set.of("batchSize").containsAll(keys) : !keys.isEmpty();
    if (!settings) {
      return "Layouts and masks";
    }
    return layouts
        ? "Layouts, masks and settings"
        : keys.stream().allMatch(Subject::isFeature) ? "Features" : "Settings";
  }

  private static boolean differs(Report report, String key) {
    return distinct(
            report.arms().stream().map(arm -> arm.settings().getOrDefault(key, "")).toList())
        > 1;
  }

  private static long distinct(List<?> values) {
    return values.stream().distinct().count();
  }

  private static boolean isFeature(String key) {
    return key.matches("(user|item)\\.(features|idDropout|history|categories)(\\..*)?");
  }
}
