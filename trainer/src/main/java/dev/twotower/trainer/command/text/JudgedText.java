package dev.twotower.trainer.command.text;

import dev.twotower.data.message.Amount;
import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.Overlap;
import dev.twotower.eval.comparison.PairText;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.ranking.Disliked;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.trainer.compare.GivenRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Runs that were judged, as text for a terminal. */
public final class JudgedText {
  private JudgedText() {}

  public static String of(GivenRuns.Judged judged) {
    String line = System.lineSeparator();
    Optional<String> disliked =
        Disliked.beside(judged.metric(), judged.arms().get(0).metrics().keySet());
    List<String> heads = new ArrayList<>(List.of("arm", "runs", judged.metric(), "95 % interval"));
    disliked.ifPresent(heads::add);
    TextTable arms = new TextTable(heads.toArray(String[]::new));
    for (GivenRuns.Arm arm : judged.arms()) {
      Estimate value = arm.metrics().get(judged.metric());
      List<Object> cells =
          new ArrayList<>(
              List.of(
                  arm.name(),
                  arm.runs().size(),
                  Numbers.metric(value.mean()),
                  Numbers.metric(value.low()) + " .. " + Numbers.metric(value.high())));
      disliked.ifPresent(share -> cells.add(Numbers.metric(arm.metrics().get(share).mean())));
      arms.add(cells.toArray());
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
    Overlap.note(
            judged.arms().stream()
                .collect(
                    Collectors.toMap(
                        GivenRuns.Arm::name, arm -> arm.metrics().get(judged.metric()))),
            judged.pairs())
        .ifPresent(note -> text.append(line).append(note));
    disliked.ifPresent(share -> text.append(line).append(Disliked.key(share)));
    if (judged.next() != null) {
      text.append(line).append("What would tell more: ").append(judged.next());
    }
    judged.warnings().forEach(warning -> text.append(line).append("warning: ").append(warning));
    return PlainSigns.of(text.toString());
  }
}
