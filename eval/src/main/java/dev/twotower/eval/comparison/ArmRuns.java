package dev.twotower.eval.comparison;

import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.MetricTable;
import dev.twotower.eval.ranking.SliceResult;
import dev.twotower.eval.stats.CrossedMean;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.eval.stats.Interval;
import dev.twotower.eval.stats.Median;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * An arm with its runs.
 *
 * @param spec what makes the arm
 * @param runs one run per seed
 * @param batches what was measured about its batches; null where nothing was
 */
public record ArmRuns(ArmSpec spec, List<ArmRun> runs, FalseNegatives batches) {
  private static final double CONFIDENCE = 0.95;

  public ArmRuns {
    Objects.requireNonNull(spec, "spec");
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException(
          "arm " + spec.name() + " has no runs; allowed: one per seed");
    }
  }

  String name() {
    return spec.name();
  }

  List<Long> seeds() {
    return runs.stream().map(ArmRun::seed).toList();
  }

  /** Values of a metric: seeds x users. */
  double[][] values(Metric metric) {
    return runs.stream()
        .map(run -> run.evaluation().ofUsers().values(metric))
        .toArray(double[][]::new);
  }

  /** Slices whose users are known: both seeds and users count as samples there as well. */
  Set<String> judgedSlices() {
    return first().ofSlices().keySet();
  }

  /** Values of a metric in a slice: seeds x those users that the slice says something about. */
  double[][] values(String slice, Metric metric) {
    return runs.stream()
        .map(
            run ->
                Arrays.stream(run.evaluation().ofSlices().get(slice).values(metric))
                    .filter(value -> !Double.isNaN(value))
                    .toArray())
        .toArray(double[][]::new);
  }

  /** Whether every run has users that the slice says something about, enough to judge over. */
  boolean tells(String slice, Metric metric) {
    return Arrays.stream(values(slice, metric)).allMatch(values -> values.length > 1);
  }

  /** The name of a metric in a slice, among the metrics of all. */
  static String name(String slice, Metric metric) {
    return slice + " " + metric;
  }

  /** The arm as the report shows it. */
  Report.Arm summary() {
    return new Report.Arm(
        spec.name(),
        spec.layout(),
        spec.masks(),
        spec.settings(),
        metrics(),
        batches == null ? null : batches.falseNegativeRate(),
        examplesPerSecond(),
        batches == null ? null : batches.dedupRatio(),
        batches,
        slices(),
        runs.stream()
            .filter(run -> !run.curve().isEmpty())
            .map(run -> new Report.Curve(run.seed(), run.curve()))
            .toList(),
        runs.stream().map(run -> 1000 * run.stepRows() / run.stepMillis()).toList(),
        Map.of());
  }

  /**
   * The arm as a point of the trade-off between what batches cost and what they give.
   *
   * @throws IllegalStateException when its batches were not measured
   */
  TradeOff tradeOff(Metric metric) {
    if (batches == null) {
      throw new IllegalStateException("the batches of arm " + name() + " were not measured");
    }
    return new TradeOff(
        name(),
        batches.layout(),
        batches.batchSize(),
        batches.masks(),
        settings(),
        batches.falseNegativeRate(),
        batches.sameUserRate(),
        batches.collisionRate(),
        batches.effectiveUsers(),
        batches.validNegativesPerAnchor(),
        batches.dedupRatio(),
        stepRows(),
        stepMillis(),
        examplesPerSecond(),
        metrics().get(metric.toString()));
  }

  /** What makes the arm beyond layout, masks and batch size. */
  private String settings() {
    Map<String, String> settings = new LinkedHashMap<>(spec.settings());
    settings.remove("batchSize");
    return ArmSpec.text(settings, Map.of());
  }

  private double stepRows() {
    return Median.of(runs.stream().mapToDouble(ArmRun::stepRows).toArray());
  }

  private double stepMillis() {
    return Median.of(runs.stream().mapToDouble(ArmRun::stepMillis).toArray());
  }

  /** Follows from the two next to it, so that a reader can check one by the other. */
  private double examplesPerSecond() {
    return 1000 * stepRows() / stepMillis();
  }

  /** Of what users must not get, the share that is listed; empty where the log does not say. */
  private Map<String, Estimate> disliked() {
    Map<String, Estimate> metrics = new LinkedHashMap<>();
    for (String name : first().ofDisliked().map(MetricTable::names).orElse(List.of())) {
      double[][] ofUsers = told(run -> run.evaluation().ofDisliked().orElseThrow().values(name));
      if (ofUsers[0].length > 1) {
        CrossedMean mean = CrossedMean.of(ofUsers);
        Interval interval = mean.interval(CONFIDENCE).within(0, 1);
        metrics.put(
            name,
            new Estimate(
                mean.estimate(),
                interval.low(),
                interval.high(),
                Arrays.stream(ofUsers).map(ArmRuns::mean).toList()));
      }
    }
    return metrics;
  }

  private Map<String, Estimate> metrics() {
    Map<String, Estimate> metrics = new LinkedHashMap<>();
    for (String name : first().metrics().keySet()) {
      List<Double> values =
          runs.stream()
              .map(run -> run.evaluation().metrics().get(name))
              .filter(Objects::nonNull)
              .toList();
      double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
      double[][] ofUsers = valuesOfUsers(name);
      Interval interval =
          ofUsers.length > 0 && ofUsers[0].length > 1
              ? CrossedMean.of(ofUsers).interval(CONFIDENCE)
              : overSeeds(values, mean);
      if (!first().ofUsers().isOwn(name)) {
        interval = interval.within(0, 1);
      }
      metrics.put(name, new Estimate(mean, interval.low(), interval.high(), values));
    }
    metrics.putAll(disliked());
    for (String slice : judgedSlices()) {
      for (Metric metric : first().ofSlices().get(slice).metrics()) {
        if (tells(slice, metric)) {
          double[][] values = values(slice, metric);
          CrossedMean mean = CrossedMean.of(values);
          Interval interval = mean.interval(CONFIDENCE).within(0, 1);
          metrics.put(
              name(slice, metric),
              new Estimate(
                  mean.estimate(),
                  interval.low(),
                  interval.high(),
                  Arrays.stream(values).map(ArmRuns::mean).toList()));
        }
      }
    }
    return metrics;
  }

  /**
   * Values of a metric: seeds x those users that it says something about with every seed; nothing
   * where users have no values of their own.
   */
  private double[][] valuesOfUsers(String name) {
    if (!first().ofUsers().names().contains(name)) {
      return new double[0][];
    }
    return told(run -> run.evaluation().ofUsers().values(name));
  }

  /** Values of runs, of those users that have one with every seed. */
  private double[][] told(Function<ArmRun, double[]> ofRun) {
    double[][] values = runs.stream().map(ofRun).toArray(double[][]::new);
    int[] told =
        IntStream.range(0, values[0].length)
            .filter(user -> Arrays.stream(values).noneMatch(seed -> Double.isNaN(seed[user])))
            .toArray();
    return Arrays.stream(values)
        .map(seed -> Arrays.stream(told).mapToDouble(user -> seed[user]).toArray())
        .toArray(double[][]::new);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  /** Coverage has one value per seed: the interval of a mean of seeds. */
  private static Interval overSeeds(List<Double> values, double mean) {
    if (values.size() < 2) {
      return new Interval(mean, mean);
    }
    double[][] asUsers = {values.stream().mapToDouble(Double::doubleValue).toArray()};
    return CrossedMean.of(asUsers).interval(CONFIDENCE);
  }

  private List<Report.Slice> slices() {
    List<Report.Slice> slices = new ArrayList<>();
    for (int i = 0; i < first().slices().size(); i++) {
      SliceResult slice = first().slices().get(i);
      Map<String, Double> means = new LinkedHashMap<>();
      for (String metric : slice.metrics().keySet()) {
        double[] values = new double[runs.size()];
        for (int run = 0; run < values.length; run++) {
          Map<String, Double> ofRun = runs.get(run).evaluation().slices().get(i).metrics();
          values[run] = ofRun.getOrDefault(metric, Double.NaN);
        }
        if (Arrays.stream(values).noneMatch(Double::isNaN)) {
          means.put(metric, mean(values));
        }
      }
      slices.add(new Report.Slice(slice.name(), slice.users(), slice.items(), means));
    }
    return slices;
  }

  EvaluationResult first() {
    return runs.get(0).evaluation();
  }
}
