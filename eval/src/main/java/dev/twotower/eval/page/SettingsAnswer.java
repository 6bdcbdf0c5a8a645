package dev.twotower.eval.page;

import dev.twotower.data.message.Amount;
import dev.twotower.eval.comparison.FixedEpochs;
import dev.twotower.eval.comparison.PairText;
import dev.twotower.eval.comparison.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How sure a report is, and what would tell more, where it is not about sorted rows: that is {@link
 * ShortAnswer}.
 */
final class SettingsAnswer {
  /** More pairs than this are left to the table. */
  private static final int NAMED = 4;

  private SettingsAnswer() {}

  /** The questions with their answers; empty where nothing is compared. */
  static List<ShortAnswer.Part> of(Report report) {
    List<Report.Pair> pairs =
        report.headlinePairs().stream()
            .filter(pair -> pair.b().equals(report.reference().name()))
            .toList();
    if (pairs.isEmpty()) {
      return List.of();
    }
    List<ShortAnswer.Part> parts = new ArrayList<>();
    parts.add(new ShortAnswer.Part("How sure is it?", sure(report, pairs)));
    next(report, pairs)
        .ifPresent(words -> parts.add(new ShortAnswer.Part(ShortAnswer.NEXT, words)));
    return parts;
  }

  private static String sure(Report report, List<Report.Pair> pairs) {
    if (report.seeds().size() == 1) {
      return ShortAnswer.ONE_SEED;
    }
    return "Change of %s from that of %s, over %s and all evaluated users: %s%s."
        .formatted(
            report.metric(),
            report.reference().name(),
            Amount.of(report.seeds().size(), "seed"),
            pairs.stream()
                .limit(NAMED)
                .map(pair -> pair.a() + " " + PairText.judgedByAtLevel(pair, " to "))
                .collect(Collectors.joining("; ")),
            more(pairs.size()));
  }

  private static Optional<String> next(Report report, List<Report.Pair> pairs) {
    List<String> notes =
        pairs.stream()
            .filter(pair -> pair.standing().undecided() && pair.note() != null)
            .map(pair -> pair.a() + ": " + pair.note())
            .toList();
    if (notes.isEmpty() || report.seeds().size() == 1) {
      return FixedEpochs.advice(report).map(advice -> advice + ".");
    }
    String words =
        notes.stream().limit(NAMED).collect(Collectors.joining(". ")) + more(notes.size()) + ".";
    return Optional.of(
        FixedEpochs.advice(report)
            .map(advice -> words + " Before all that: " + ShortAnswer.within(advice) + ".")
            .orElse(words));
  }

  private static String more(int all) {
    return all <= NAMED
        ? ""
        : "; %d more are in the numbers under Differences".formatted(all - NAMED);
  }
}
