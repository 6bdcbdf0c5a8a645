package dev.twotower.eval.comparison;

import dev.twotower.eval.stats.Estimate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says why two arms may differ beyond doubt though their own intervals overlap: those hold how much
 * users differ from one another, which cancels out in a user's difference between the arms.
 */
public final class Overlap {
  private Overlap() {}

  /** The sentence; empty where no arm is better or worse than one whose interval meets its own. */
  public static Optional<String> note(Report report) {
    return note(
        report.arms().stream()
            .filter(arm -> arm.metrics().containsKey(report.metric()))
            .collect(Collectors.toMap(Report.Arm::name, arm -> arm.metrics().get(report.metric()))),
        report.headlinePairs());
  }

  /**
   * The same.
   *
   * @param arms the arms' figures by their names
   * @param pairs pairs of these arms, judged on these figures
   */
  public static Optional<String> note(Map<String, Estimate> arms, List<Report.Pair> pairs) {
    List<Report.Pair> told =
        pairs.stream()
            .filter(pair -> pair.verdict() == Verdict.BETTER || pair.verdict() == Verdict.WORSE)
            .filter(pair -> meet(arms.get(pair.a()), arms.get(pair.b())))
            .toList();
    return told.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s is %s than %s though their own intervals overlap%s: those are wide because users differ from one another, which they do in both arms alike; a verdict is on the difference of the same user under the same seed (docs/statistics.md, Intervals)."
                .formatted(
                    told.get(0).a(),
                    told.get(0).verdict(),
                    told.get(0).b(),
                    told.size() == 1
                        ? ""
                        : ", and so in %d of %d pairs".formatted(told.size(), pairs.size())));
  }

  private static boolean meet(Estimate one, Estimate other) {
    return one != null && other != null && one.low() <= other.high() && other.low() <= one.high();
  }
}
