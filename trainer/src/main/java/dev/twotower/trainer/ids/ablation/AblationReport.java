package dev.twotower.trainer.ids.ablation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.twotower.eval.stats.CrossedMean;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.eval.stats.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An ablation's outcome.
 *
 * @param source where the vectors come from
 * @param items items quantised
 * @param dimension length of their vectors
 * @param seeds seeds of every arm
 * @param arms the arms, the one without the tree loss first
 */
public record AblationReport(
    String source, int items, int dimension, List<Long> seeds, List<Arm> arms) {
  private static final double CONFIDENCE = 0.95;

  /**
   * An arm.
   *
   * @param name its folder under {@code runs/}
   * @param settings what it was made with
   * @param metrics figures that all seeds have, by name ({@link AblationMetrics}): mean over seeds,
   *     95 % interval, values
   * @param againstNoTree ratio of each figure to that without the tree loss, seed by seed; figures
   *     that are 0 there are left out
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Arm(
      String name,
      AblationArm settings,
      Map<String, Estimate> metrics,
      Map<String, Estimate> againstNoTree) {}

  /**
   * Summarises runs.
   *
   * @param values figures by arm, then seed
   */
  static AblationReport of(
      String source,
      int items,
      int dimension,
      List<Long> seeds,
      Map<AblationArm, List<Map<String, Double>>> values) {
    List<Map<String, Double>> reference = values.get(AblationArm.NO_TREE);
    List<Arm> arms = new ArrayList<>();
    values.forEach(
        (arm, bySeed) -> {
          Map<String, Estimate> metrics = new LinkedHashMap<>();
          Map<String, Estimate> ratios = new LinkedHashMap<>();
          for (String metric : bySeed.get(0).keySet()) {
            if (!bySeed.stream().allMatch(seed -> seed.containsKey(metric))) {
              continue;
            }
            List<Double> own = bySeed.stream().map(seed -> seed.get(metric)).toList();
            Estimate estimate = estimate(own);
            Interval possible = AblationMetrics.range(metric);
            Interval held =
                new Interval(estimate.low(), estimate.high())
                    .within(possible.low(), possible.high());
            metrics.put(metric, new Estimate(estimate.mean(), held.low(), held.high(), own));
            List<Double> quotients = new ArrayList<>();
            for (int seed = 0; seed < own.size(); seed++) {
              double without = reference.get(seed).getOrDefault(metric, 0.0);
              if (without != 0) {
                quotients.add(own.get(seed) / without);
              }
            }
            if (quotients.size() == own.size()) {
              ratios.put(metric, estimate(quotients));
            }
          }
          arms.add(new Arm(arm.name(), arm, metrics, ratios));
        });
    return new AblationReport(source, items, dimension, seeds, arms);
  }

  /** The mean with Student's t interval; with one value the interval is that value. */
  static Estimate estimate(List<Double> values) {
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    Interval interval = new Interval(mean, mean);
    if (values.size() > 1) {
      double[][] one = {values.stream().mapToDouble(Double::doubleValue).toArray()};
      interval = CrossedMean.of(one).interval(CONFIDENCE);
    }
    return new Estimate(mean, interval.low(), interval.high(), values);
  }
}
