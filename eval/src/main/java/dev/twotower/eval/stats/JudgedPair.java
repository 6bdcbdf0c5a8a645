package dev.twotower.eval.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pair with its verdict, corrected for the family it was judged in.
 *
 * @param pair the comparison
 * @param adjustedDifferent Holm's p value of "no difference"
 * @param adjustedEquivalent Holm's p value of "differs by the margin or more"
 * @param verdict a is ... than b
 * @param notWorse whether a is shown to be less than the margin worse than b, or better
 * @param power how an undecided pair could be decided; empty for decided ones
 */
public record JudgedPair(
    PairedDifference pair,
    double adjustedDifferent,
    double adjustedEquivalent,
    Verdict verdict,
    boolean notWorse,
    Optional<PowerNote> power) {

  /** Judges a family of pairs together, in order. */
  public static List<JudgedPair> judge(List<PairedDifference> family, ComparisonSettings settings) {
    double[] different =
        Holm.adjust(family.stream().mapToDouble(PairedDifference::pDifferent).toArray());
    double[] notWorse =
        Holm.adjust(family.stream().mapToDouble(PairedDifference::pNotWorse).toArray());
    double[] equivalent =
        Holm.adjust(family.stream().mapToDouble(PairedDifference::pEquivalent).toArray());
    List<JudgedPair> judged = new ArrayList<>();
    for (int i = 0; i < family.size(); i++) {
      PairedDifference pair = family.get(i);
      Verdict verdict = verdict(pair, different[i], equivalent[i], settings.level());
      Optional<PowerNote> power =
          verdict == Verdict.UNDECIDED
              ? Optional.of(PowerNote.of(pair, settings, family.size()))
              : Optional.empty();
      // What was decided settles it; Holm's families could otherwise disagree.
      boolean above =
          verdict == Verdict.BETTER
              || verdict == Verdict.EQUIVALENT
              || verdict == Verdict.UNDECIDED && notWorse[i] <= settings.level();
      judged.add(new JudgedPair(pair, different[i], equivalent[i], verdict, above, power));
    }
    return List.copyOf(judged);
  }

  private static Verdict verdict(
      PairedDifference pair, double different, double equivalent, double level) {
    if (equivalent <= level) {
      return Verdict.EQUIVALENT;
    }
    if (different <= level) {
      return pair.difference().estimate() > 0 ? Verdict.BETTER : Verdict.WORSE;
    }
    return Verdict.UNDECIDED;
  }
}
