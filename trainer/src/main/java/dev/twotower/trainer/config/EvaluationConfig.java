package dev.twotower.trainer.config;

import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingOptions;
import java.util.List;
import java.util.Optional;

/**
 * Evaluation while training (design 5).
 *
 * @param everyEpochs epochs between evaluations; 0 for one at the end
 * @param split the split that is ranked; never train
 * @param users users ranked, a seeded sample; 0 for all
 * @param rankSeen whether items that the user engaged with before stay in the user's ranking
 * @param byRequest whether each request of the split is ranked by itself, also where the user tower
 *     does not read values of requests
 * @param metrics what is logged, shown and reported, in this order, for example {@code recall@20}
 * @param stopMetric the metric that chooses the best epoch
 * @param patience evaluations without a new best before training stops; 0 for never
 */
public record EvaluationConfig(
    int everyEpochs,
    Split split,
    int users,
    boolean rankSeen,
    boolean byRequest,
    List<String> metrics,
    String stopMetric,
    int patience) {

  public EvaluationConfig {
    metrics = List.copyOf(metrics);
    Checks checks =
        Checks.of(EvaluationConfig.class)
            .between("everyEpochs", everyEpochs, 0, 100_000)
            .require(split != Split.TRAIN, "split", split, "validation, test")
            .between("users", users, 0, Integer.MAX_VALUE)
            .require(!metrics.isEmpty(), "metrics", "[]", "at least one, for example recall@20")
            .require(
                metrics.isEmpty() || metrics.contains(stopMetric),
                "stopMetric",
                stopMetric,
                "one of evaluation.metrics: " + String.join(", ", metrics))
            .between("patience", patience, 0, 100_000);
    for (int i = 0; i < metrics.size(); i++) {
      checks.parses("metrics[" + i + "]", metrics.get(i), EvaluationConfig::metric);
    }
    checks.done();
  }

  /** {@link #metrics}, parsed. */
  public List<Metric> parsedMetrics() {
    return metrics.stream().map(Metric::parse).toList();
  }

  /** What metrics do not tell whose lists are as long as the catalogue; empty where none is. */
  public Optional<String> wholeCatalogue(int items) {
    return RankingOptions.wholeCatalogue(
        "evaluation.metrics " + String.join(", ", metrics),
        parsedMetrics().stream().map(Metric::k).toList(),
        items);
  }

  private static Metric metric(String text) {
    Metric metric = Metric.parse(text);
    if (metric.k() > RankingOptions.LARGEST_CUTOFF) {
      throw new IllegalArgumentException(
          "metric '%s' has cutoff %d; allowed: 1 to %d"
              .formatted(text, metric.k(), RankingOptions.LARGEST_CUTOFF));
    }
    return metric;
  }
}
