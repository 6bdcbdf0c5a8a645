package dev.twotower.trainer.command.text;

import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.PairText;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.ranking.EvaluationResult;
import java.util.List;

/** A model beside another one, as text for a terminal. */
public final class AgainstText {
  private AgainstText() {}

  /**
   * The pairs as a table.
   *
   * @param evaluation of the first of the two
   * @param pairs one of each metric, both models' names the same in all
   */
  public static String of(EvaluationResult evaluation, List<Report.Pair> pairs) {
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
    return PlainSigns.of(
        "against %s, over users; differences in percent of its value:%n%s"
            .formatted(pairs.get(0).b(), table));
  }
}
