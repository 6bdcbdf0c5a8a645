package dev.twotower.trainer.command.text;

import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.PairText;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.Metric;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A model beside another one, as text for a terminal. */
public final class AgainstText {
  private AgainstText() {}

  /** Which metrics of each user are judged beside another model's: these, where measured. */
  public static boolean shown(Metric metric) {
    return switch (metric.kind()) {
      case RECALL, NDCG, PRECISION, MAP, AUC -> true;
      case HITRATE, CAPPED_RECALL, MRR, COVERAGE -> false;
    };
  }

  /**
   * What both list of the items that users must not get; empty where the log does not say.
   *
   * @param other shares of the other one, as those of the evaluation
   */
  public static Optional<String> disliked(EvaluationResult evaluation, Map<String, Double> other) {
    return other.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "disliked@K, the lower the better (not judged): of items that users reject in the %s rows (%s), the share among the first K: "
                    .formatted(
                        evaluation.split(),
                        EvaluationResult.OfKinds.words(evaluation.feedback().never()))
                + other.entrySet().stream()
                    .map(
                        share ->
                            "%s %s, the other %s"
                                .formatted(
                                    share.getKey(),
                                    Numbers.metric(evaluation.disliked().get(share.getKey())),
                                    Numbers.metric(share.getValue())))
                    .collect(Collectors.joining("; ")));
  }

  /**
   * The pairs as a table.
   *
   * @param evaluation of the first of the two
   * @param pairs one of each metric, both models' names the same in all; none where a single user
   *     was ranked
   */
  public static String of(EvaluationResult evaluation, List<Report.Pair> pairs) {
    if (pairs.isEmpty()) {
      return "One user shows nothing about others: no difference is judged.";
    }
    TextTable table =
        new TextTable("metric", "this one", "the other", "difference", "95 % interval", "verdict");
    for (Report.Pair pair : pairs) {
      double value = evaluation.metrics().get(pair.metric());
      table.add(
          pair.metric(),
          Numbers.metric(value),
          Numbers.metric(value - pair.difference()),
          PairText.difference(pair),
          PairText.interval(pair, " .. "),
          pair.words());
    }
    String open =
        pairs.get(0).note() == null
            ? ""
            : "%n%s: %s".formatted(pairs.get(0).metric(), pairs.get(0).note());
    return PlainSigns.of(
        "against %s, over users; differences in percent of its value:%n%s%s"
            .formatted(pairs.get(0).b(), table, open));
  }
}
