package dev.twotower.eval.comparison;

import dev.twotower.eval.stats.Median;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The cheapest way to a narrower interval, where arms kept the best of their evaluations: which one
 * that is differs by chance from seed to seed, and adds to how much seeds vary. Arms trained for
 * the same number of epochs do not have that part.
 */
public final class FixedEpochs {
  private FixedEpochs() {}

  /** What to do, plain text; empty where no pair is undecided, or nothing chose an epoch. */
  public static Optional<String> advice(Report report) {
    boolean undecided =
        report.headlinePairs().stream().anyMatch(pair -> pair.standing().undecided());
    boolean chosen =
        report.arms().stream()
            .flatMap(arm -> arm.curves().stream())
            .anyMatch(curve -> curve.points().size() > 1);
    return everyEpochs(report.config())
        .filter(every -> every > 0 && chosen && undecided)
        .map(
            every ->
                sentence(
                    "--set evaluation.everyEpochs=0 --set epochs=%d, with another --out",
                    typical(report, every)));
  }

  /**
   * What to do where runs are trained by themselves.
   *
   * @param epochs so many are advised
   */
  public static String ofRuns(int epochs) {
    return sentence("train --set evaluation.everyEpochs=0 --set epochs=%d, of each run", epochs);
  }

  private static String sentence(String how, int epochs) {
    return "Train all arms for the same number of epochs (%s): each run kept its best epoch, which varies by chance from seed to seed"
        .formatted(how.formatted(epochs));
  }

  private static Optional<Integer> everyEpochs(Map<String, Object> config) {
    return config.get("evaluation") instanceof Map<?, ?> evaluation
            && evaluation.get("everyEpochs") instanceof Integer every
        ? Optional.of(every)
        : Optional.empty();
  }

  /** The median of the epochs that the runs kept. */
  private static int typical(Report report, int every) {
    double[] kept =
        report.arms().stream()
            .flatMap(arm -> arm.curves().stream())
            .filter(curve -> !curve.points().isEmpty())
            .mapToDouble(curve -> every * (1.0 + best(curve)))
            .toArray();
    return (int) Math.ceil(Median.of(kept));
  }

  private static int best(Report.Curve curve) {
    return IntStream.range(0, curve.points().size())
        .boxed()
        .max(
            Comparator.comparingDouble((Integer at) -> curve.points().get(at).value())
                .thenComparing(Comparator.reverseOrder()))
        .orElseThrow();
  }
}
