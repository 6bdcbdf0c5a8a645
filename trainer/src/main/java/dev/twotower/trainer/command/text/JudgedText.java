package dev.twotower.trainer.command.text;

import dev.twotower.data.message.Amount;
import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.PairText;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.trainer.compare.GivenRuns;

/** Runs that were judged, as text for a terminal. */
public final class JudgedText {
  private JudgedText() {}

  public static String of(GivenRuns.Judged judged) {
    String line = System.lineSeparator();
    TextTable arms = new TextTable("arm", "runs", judged.metric(), "95 % interval");
    for (GivenRuns.Arm arm : judged.arms()) {
      Estimate value = arm.metrics().get(judged.metric());
      arms.add(
          arm.name(),
          arm.runs().size(),
          Numbers.metric(value.mean()),
          Numbers.metric(value.low()) + " .. " + Numbers.metric(value.high()));
    }
    TextTable pairs =
        new TextTable(
            "against " + judged.arms().get(0).name(), "difference", "judged by", "verdict");
    for (Report.Pair pair : judged.pairs()) {
      pairs.add(
          pair.a(),
          PairText.difference(pair),
          PairText.judgedByAtLevel(pair, " .. "),
          pair.words());
    }
    StringBuilder text =
        new StringBuilder(
            "%s of the %s split, %s%s%s%s%s%s"
                .formatted(
                    judged.metric(),
                    judged.split(),
                    Amount.of(judged.users(), "user"),
                    line.repeat(2),
                    arms,
                    line,
                    pairs,
                    PairNotes.of(judged.pairs(), Report.Pair::a)));
    text.append(line).append(PairText.key(judged.arms().get(0).name()));
    text.append(line).append(PairText.LEVELS);
    if (judged.next() != null) {
      text.append(line).append("What would tell more: ").append(judged.next());
    }
    judged.warnings().forEach(warning -> text.append(line).append("warning: ").append(warning));
    return PlainSigns.of(text.toString());
  }
}
