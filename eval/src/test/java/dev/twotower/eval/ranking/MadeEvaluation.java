package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.Split;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** An evaluation whose metric has the values that a test gives. */
public final class MadeEvaluation {
  private MadeEvaluation() {}

  /**
   * @param values of each user
   */
  public static EvaluationResult of(Metric metric, double[] values) {
    int[] users = IntStream.range(0, values.length).toArray();
    MetricTable table = new MetricTable(users, List.of(metric), List.of());
    for (int user : users) {
      table.set(0, user, values[user]);
    }
    return new EvaluationResult(
        Split.TEST,
        users.length,
        table.means(user -> true),
        Map.of(),
        Map.of(),
        List.of(),
        null,
        new EvaluationResult.Protocol(100, false, users.length, null, 0, null),
        table,
        Map.of(),
        table,
        Optional.empty());
  }
}
