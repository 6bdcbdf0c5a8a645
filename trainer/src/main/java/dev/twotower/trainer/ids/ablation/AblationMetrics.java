package dev.twotower.trainer.ids.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.eval.stats.Interval;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A run's figures as a flat list: {@code reconstructionError}, {@code utilisation.L}, {@code
 * perplexity.L}, {@code uniqueCodes}, {@code uniqueIds}, {@code nmi.prefixL.treeD}, {@code
 * purity.prefixL.treeD}, {@code spearman}, {@code spearmanBalanced}, {@code nearSharing.L}, and, if
 * there is a tree loss, the shares of pairs in its last epoch's batches, {@code sameLeafPairs},
 * {@code siblingPairs}, {@code unrelatedPairs}.
 */
final class AblationMetrics {
  private AblationMetrics() {}

  /**
   * Reads a finished run.
   *
   * @param report what the codes are worth
   * @param log the lines of the run's log
   */
  static Map<String, Double> of(JsonNode report, List<JsonNode> log) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("reconstructionError", report.path("reconstructionError").asDouble());
    for (JsonNode level : report.path("codebooks")) {
      metrics.put("utilisation." + level.path("level"), level.path("utilisation").asDouble());
      metrics.put("perplexity." + level.path("level"), level.path("perplexity").asDouble());
    }
    metrics.put("uniqueCodes", report.at("/uniqueness/codes").asDouble());
    metrics.put("uniqueIds", report.at("/uniqueness/ids").asDouble());
    for (JsonNode agreement : report.path("agreement")) {
      String of =
          ".prefix%s.tree%s".formatted(agreement.path("level"), agreement.path("treeLevel"));
      metrics.put("nmi" + of, agreement.path("normalisedMutualInformation").asDouble());
      metrics.put("purity" + of, agreement.path("purity").asDouble());
    }
    metrics.put("spearman", report.at("/similarity/spearman").asDouble());
    JsonNode balanced = report.at("/similarity/spearmanBalanced");
    if (!balanced.isMissingNode()) {
      metrics.put("spearmanBalanced", balanced.asDouble());
    }
    int level = 0;
    for (JsonNode share : report.at("/similarity/nearSharing")) {
      metrics.put("nearSharing." + ++level, share.asDouble());
    }
    JsonNode batches = log.isEmpty() ? null : log.get(log.size() - 1).path("batches");
    if (batches != null && !batches.isMissingNode()) {
      metrics.put("sameLeafPairs", batches.path("sameLeaf").asDouble());
      metrics.put("siblingPairs", batches.path("sibling").asDouble());
      metrics.put("unrelatedPairs", batches.path("unrelated").asDouble());
    }
    return metrics;
  }

  private static final Pattern SHARE =
      Pattern.compile("(utilisation|unique|nmi|purity|nearSharing).*|.*Pairs");

  /** What a figure can be. */
  static Interval range(String metric) {
    if (SHARE.matcher(metric).matches()) {
      return new Interval(0, 1);
    }
    return metric.startsWith("spearman")
        ? new Interval(-1, 1)
        : new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }
}
