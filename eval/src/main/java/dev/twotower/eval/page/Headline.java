package dev.twotower.eval.page;

import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.Verdict;
import dev.twotower.eval.stats.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The report's verdict in one sentence: every arm against the first, on the report's metric. */
public final class Headline {
  /** More arms of one verdict than this are counted, not named. */
  private static final int NAMED = 4;

  private Headline() {}

  /** The sentence, plain text. */
  public static String of(Report report) {
    Report.Arm reference = report.reference();
    Estimate estimate = reference.metrics().get(report.metric());
    String start =
        "Compared with %s (%s %s), "
            .formatted(
                reference.name(),
                report.metric(),
                estimate == null ? "not measured" : Numbers.metric(estimate.mean()));
    List<String> parts = new ArrayList<>();
    for (Verdict verdict :
        List.of(Verdict.WORSE, Verdict.BETTER, Verdict.EQUIVALENT, Verdict.UNDECIDED)) {
      Map<Boolean, List<Report.Pair>> byNotWorse =
          report.headlinePairs().stream()
              .filter(pair -> pair.b().equals(reference.name()) && pair.verdict() == verdict)
              .collect(Collectors.partitioningBy(pair -> notWorse(List.of(pair))));
      for (boolean notWorse : new boolean[] {true, false}) {
        List<Report.Pair> pairs = byNotWorse.get(notWorse);
        if (!pairs.isEmpty()) {
          parts.add(
              pairs.size() > NAMED
                  ? counted(verdict, pairs, report.margin())
                  : part(verdict, pairs, report.margin()));
        }
      }
    }
    if (parts.isEmpty()) {
      return "%s reaches %s %s; there is no other arm to compare it with."
          .formatted(
              reference.name(),
              report.metric(),
              estimate == null ? "(not measured)" : Numbers.metric(estimate.mean()));
    }
    if (report.seeds().size() == 1
        && report.headlinePairs().stream().allMatch(pair -> pair.verdict() == Verdict.UNDECIDED)) {
      return start
          + "no other arm is judged: one seed cannot separate arms from run-to-run variation.";
    }
    return start + String.join("; ", parts) + ".";
  }

  private static String counted(Verdict verdict, List<Report.Pair> pairs, double margin) {
    List<Double> amounts =
        pairs.stream().map(Report.Pair::relative).filter(Objects::nonNull).sorted().toList();
    boolean stated = verdict == Verdict.BETTER || verdict == Verdict.WORSE;
    String range =
        !stated || amounts.isEmpty()
            ? ""
            : " (%s to %s)"
                .formatted(
                    Numbers.signedPercent(amounts.get(0)),
                    Numbers.signedPercent(amounts.get(amounts.size() - 1)));
    String word =
        switch (verdict) {
          case EQUIVALENT -> "equivalent within " + Numbers.percent(margin);
          case UNDECIDED -> undecided(pairs, margin);
          case BETTER, WORSE -> verdict.toString();
        };
    return pairs.size() + " arms are " + word + range;
  }

  private static String part(Verdict verdict, List<Report.Pair> pairs, double margin) {
    boolean stated = verdict == Verdict.BETTER || verdict == Verdict.WORSE;
    List<String> arms =
        pairs.stream().map(pair -> stated ? pair.a() + amount(pair) : pair.a()).toList();
    String subject = list(arms) + (arms.size() == 1 ? " is " : " are ");
    return switch (verdict) {
      case BETTER, WORSE -> subject + verdict;
      case EQUIVALENT -> subject + "equivalent within " + Numbers.percent(margin);
      case UNDECIDED -> subject + undecided(pairs, margin);
    };
  }

  private static String undecided(List<Report.Pair> pairs, double margin) {
    return notWorse(pairs)
        ? "undecided, but not worse by " + Numbers.percent(margin) + " or more"
        : "undecided";
  }

  private static boolean notWorse(List<Report.Pair> pairs) {
    return pairs.stream().allMatch(pair -> pair.standing().good());
  }

  private static String amount(Report.Pair pair) {
    return pair.relative() == null
        ? ""
        : String.format(Locale.ROOT, " (%s)", Numbers.signedPercent(pair.relative()));
  }

  private static String list(List<String> names) {
    return names.size() == 1
        ? names.get(0)
        : String.join(", ", names.subList(0, names.size() - 1))
            + " and "
            + names.get(names.size() - 1);
  }
}
