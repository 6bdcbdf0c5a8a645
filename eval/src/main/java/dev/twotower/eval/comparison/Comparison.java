package dev.twotower.eval.comparison;

import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.MetricTable;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.Interval;
import dev.twotower.eval.stats.PairedDifference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares arms that were trained with the same seeds and evaluated on the same users. The first
 * arm is the reference; in a pair, a is the later arm and b the earlier, so verdicts of the first
 * pairs read "the arm is ... than the reference". For each metric, the pairs with the reference,
 * which a comparison is about, form one family for Holm's correction, and the other pairs another:
 * adding differences between other arms does not make the pairs with the reference harder to
 * decide.
 */
public final class Comparison {
  private Comparison() {}

  /** Which arms are compared with which. */
  public enum Pairing {
    /** Every arm with the first. */
    WITH_FIRST,
    /** Every arm with every earlier one. */
    ALL
  }

  /** The arms as the report shows them, in order. */
  public static List<Report.Arm> arms(List<ArmRuns> arms) {
    requireAlike(arms);
    return arms.stream().map(ArmRuns::summary).toList();
  }

  /** The arms as points of the trade-off, in order; their batches must have been measured. */
  public static List<TradeOff> tradeOff(List<ArmRuns> arms, Metric metric) {
    return arms.stream().map(arm -> arm.tradeOff(metric)).toList();
  }

  /**
   * Judged pairs, metric by metric.
   *
   * @param metrics metrics that every user has a value of
   */
  public static List<Report.Pair> pairs(
      List<ArmRuns> arms, List<Metric> metrics, Pairing pairing, ComparisonSettings settings) {
    requireAlike(arms);
    List<Report.Pair> pairs = new ArrayList<>();
    for (Metric metric : metrics) {
      List<double[][]> values = arms.stream().map(arm -> arm.values(metric)).toList();
      pairs.addAll(pairs(arms, values, metric.toString(), pairing, settings));
    }
    return pairs;
  }

  /**
   * Judged pairs in the slices that rank items with and without training rows, each arm with the
   * first; each slice is a separate family. There is no pair where there is nothing to judge: no
   * such item to find, an arm that has the same score for all that are ranked by themselves, or two
   * that find none at all.
   *
   * @param metric a metric with a cutoff; others have no slices
   */
  public static List<Report.Pair> slicePairs(
      List<ArmRuns> arms, Metric metric, ComparisonSettings settings) {
    requireAlike(arms);
    List<Report.Pair> pairs = new ArrayList<>();
    for (String slice : arms.get(0).judgedSlices()) {
      if (arms.get(0).first().ofSlices().get(slice).metrics().contains(metric)) {
        List<ArmRuns> judged = judged(arms, slice, metric);
        if (judged.size() > 1) {
          List<double[][]> values = judged.stream().map(arm -> arm.values(slice, metric)).toList();
          String name = ArmRuns.name(slice, metric);
          pairs.addAll(pairs(judged, values, name, Pairing.WITH_FIRST, settings));
        }
      }
    }
    return pairs;
  }

  /** The first arm and those that can be judged beside it; none where it tells nothing itself. */
  private static List<ArmRuns> judged(List<ArmRuns> arms, String slice, Metric metric) {
    ArmRuns first = arms.get(0);
    if (!first.tells(slice, metric)) {
      return List.of();
    }
    boolean nothing = findsNothing(first, slice, metric);
    return arms.stream()
        .filter(
            arm ->
                arm.equals(first)
                    || arm.tells(slice, metric) && !(nothing && findsNothing(arm, slice, metric)))
        .toList();
  }

  private static boolean findsNothing(ArmRuns arm, String slice, Metric metric) {
    return Arrays.stream(arm.values(slice, metric))
        .flatMapToDouble(Arrays::stream)
        .allMatch(value -> value == 0);
  }

  private static List<Report.Pair> pairs(
      List<ArmRuns> arms,
      List<double[][]> values,
      String metric,
      Pairing pairing,
      ComparisonSettings settings) {
    List<Integer> first = List.of(0);
    List<Integer> others = IntStream.range(1, arms.size()).boxed().toList();
    List<Report.Pair> pairs = new ArrayList<>(family(arms, values, metric, first, settings));
    if (pairing == Pairing.ALL) {
      pairs.addAll(family(arms, values, metric, others, settings));
    }
    return pairs;
  }

  /** Each arm of {@code references} with the arms after it, judged together. */
  private static List<Report.Pair> family(
      List<ArmRuns> arms,
      List<double[][]> values,
      String metric,
      List<Integer> references,
      ComparisonSettings settings) {
    List<PairedDifference.Places> places = new ArrayList<>();
    for (int b : references) {
      for (int a = b + 1; a < arms.size(); a++) {
        places.add(new PairedDifference.Places(a, b));
      }
    }
    List<JudgedPair> judged =
        JudgedPair.judge(PairedDifference.all(values, places, settings), settings);
    List<Report.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < judged.size(); i++) {
      String a = arms.get(places.get(i).a()).name();
      String b = arms.get(places.get(i).b()).name();
      pairs.add(pair(new String[] {a, b}, metric, judged.get(i), judged.size()));
    }
    return pairs;
  }

  /**
   * Two given models on the same users, metric by metric; over users alone, and each metric by
   * itself ({@link JudgedPair#ofModels}).
   *
   * @param a name of the one judged
   * @param b name of the reference
   * @param metrics metrics that every user has a value of
   * @return empty where a single user was evaluated, who shows nothing about others
   */
  public static List<Report.Pair> models(
      String a,
      MetricTable ofA,
      String b,
      MetricTable ofB,
      List<Metric> metrics,
      ComparisonSettings settings) {
    if (!Arrays.equals(ofA.users(), ofB.users())) {
      throw new IllegalArgumentException(
          "%s was evaluated on other users than %s; use the same split and the same sample of users"
              .formatted(a, b));
    }
    if (ofA.users().length < 2) {
      return List.of();
    }
    List<double[][]> values = new ArrayList<>();
    List<PairedDifference.Places> places = new ArrayList<>();
    for (Metric metric : metrics) {
      places.add(new PairedDifference.Places(values.size(), values.size() + 1));
      values.add(new double[][] {ofA.values(metric)});
      values.add(new double[][] {ofB.values(metric)});
    }
    List<Report.Pair> pairs = new ArrayList<>();
    for (PairedDifference difference : PairedDifference.all(values, places, settings)) {
      JudgedPair judged = JudgedPair.ofModels(difference, settings);
      String metric = metrics.get(pairs.size()).toString();
      pairs.add(pair(new String[] {a, b}, metric, judged, 1));
    }
    return pairs;
  }

  private static Report.Pair pair(String[] names, String metric, JudgedPair judged, int family) {
    PairedDifference pair = judged.pair();
    double difference = pair.difference().estimate();
    // All metrics are shares, so no difference is larger than 1.
    Interval interval = pair.interval().within(-1, 1);
    Interval corrected = judged.corrected().within(-1, 1);
    double base = pair.meanB();
    boolean relative = base != 0;
    Interval shares = relative ? interval.relativeTo(base) : interval;
    Interval correctedShares = relative ? corrected.relativeTo(base) : corrected;
    return new Report.Pair(
        names[0],
        names[1],
        metric,
        difference,
        interval.low(),
        interval.high(),
        judged.verdict(),
        relative ? difference / base : null,
        relative ? shares.low() : null,
        relative ? shares.high() : null,
        pair.usersOnly().low(),
        pair.usersOnly().high(),
        new Report.Corrected(
            corrected.low(),
            corrected.high(),
            relative ? correctedShares.low() : null,
            relative ? correctedShares.high() : null,
            judged.confidence(),
            family),
        judged.adjustedDifferent(),
        judged.adjustedEquivalent(),
        judged.notWorse(),
        note(judged));
  }

  /** What would tell more, and what to think of seeds that agree; null where neither is to say. */
  private static String note(JudgedPair judged) {
    Standing standing = Standing.of(judged.verdict(), judged.notWorse());
    String notes =
        Stream.concat(
                judged.power().map(PowerNote::sentence).stream(),
                AgreeingSeeds.note(judged.pair(), standing).stream())
            .collect(Collectors.joining("; "));
    return notes.isEmpty() ? null : notes;
  }

  /**
   * What a reader should doubt about the arms themselves: a single seed, a model no better than
   * popularity, anchors that taught nothing.
   */
  public static List<String> warnings(List<ArmRuns> arms, Metric metric) {
    List<String> warnings = new ArrayList<>();
    RankingOptions.wholeCatalogue(
            metric.toString(), List.of(metric.k()), arms.get(0).first().protocol().items())
        .ifPresent(trivial -> warnings.add(trivial + "."));
    if (arms.get(0).runs().size() == 1) {
      warnings.add(
          "One seed: intervals cover only users, and no verdict is given, since one seed cannot"
              + " separate arms from run-to-run variation. Give at least 3 seeds.");
    }
    for (ArmRuns arm : arms) {
      Double popularity =
          arm.first().baselines().getOrDefault("popularity", Map.of()).get(metric.toString());
      double mean =
          arm.runs().stream()
              .mapToDouble(run -> run.evaluation().metrics().get(metric.toString()))
              .average()
              .orElseThrow();
      if (popularity != null && mean <= popularity) {
        warnings.add(
            "%s is no better than ranking by popularity: %s %s against %s."
                .formatted(arm.name(), metric, Numbers.metric(mean), Numbers.metric(popularity)));
      }
      if (arm.batches() != null && arm.batches().anchorsWithoutNegatives() > 0) {
        warnings.add(
            "%s leaves %s of %s anchors without a valid negative."
                .formatted(
                    arm.name(),
                    Numbers.whole(arm.batches().anchorsWithoutNegatives()),
                    Numbers.whole(arm.batches().rows())));
      }
    }
    return warnings;
  }

  private static void requireAlike(List<ArmRuns> arms) {
    if (arms.isEmpty()) {
      throw new IllegalArgumentException("received no arm; allowed: at least one");
    }
    ArmRuns first = arms.get(0);
    int[] users = first.first().ofUsers().users();
    for (ArmRuns arm : arms) {
      if (!arm.seeds().equals(first.seeds())) {
        throw new IllegalArgumentException(
            "arm %s has seeds %s, arm %s has %s; arms are paired by seed, so train them with the same"
                .formatted(arm.name(), arm.seeds(), first.name(), first.seeds()));
      }
      for (ArmRun run : arm.runs()) {
        if (!Arrays.equals(run.evaluation().ofUsers().users(), users)) {
          throw new IllegalArgumentException(
              "arm %s, seed %d was evaluated on other users than arm %s; use the same split and the same sample of users"
                  .formatted(arm.name(), run.seed(), first.name()));
        }
      }
    }
  }
}
