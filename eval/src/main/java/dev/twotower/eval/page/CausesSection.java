package dev.twotower.eval.page;

import dev.twotower.eval.comparison.Causes;
import dev.twotower.eval.comparison.Numbers;
import java.util.List;

/** What each change on the way from one arm to another adds to their difference. */
final class CausesSection {
  private CausesSection() {}

  /** The section; empty where no differences lead from one to another. */
  static String of(List<Causes.Chain> causes, String metric) {
    if (causes.isEmpty()) {
      return "";
    }
    StringBuilder body = new StringBuilder();
    for (Causes.Chain chain : causes) {
      Html.Table table =
          new Html.Table("what changes", "from", "to", "change", "judged by", "verdict");
      for (Causes.Step step : chain.steps()) {
        table.row(
            step.what(),
            step.from(),
            step.to(),
            Numbers.signedPercent(step.relative()),
            Numbers.signedPercent(step.low()) + " to " + Numbers.signedPercent(step.high()),
            Html.verdict(step.verdict().toString()));
      }
      body.append("<p>").append(Html.escape(chain.summary())).append(":</p>").append(table);
    }
    return Section.of(
        "causes",
        "Where the difference comes from",
        "One change per step, from the least mixed batches to the reference. Changes are shares of"
            + " the reference's "
            + metric
            + " and add up to the whole. Pool and order: whose rows the negatives are, and how many"
            + " of a user's rows fall into one step.",
        body.toString());
  }
}
