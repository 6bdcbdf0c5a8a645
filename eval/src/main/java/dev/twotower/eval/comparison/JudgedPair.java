package dev.twotower.eval.comparison;

import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.Interval;
import dev.twotower.eval.stats.PairedDifference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pair with its verdict, corrected for the family it was judged in.
 *
 * @param pair the comparison
 * @param adjustedDifferent Holm's p value of "no difference"
 * @param adjustedEquivalent Holm's p value of "differs by the margin or more"
 * @param verdict a is ... than b; undecided with a single seed, which cannot separate arms
 * @param notWorse whether a is shown to be less than the margin worse than b, or better
 * @param corrected the interval of the difference that agrees with the verdict: at the level of the
 *     pair's step in Holm's procedure, so it excludes 0 if the verdict is {@code better} or {@code
 *     worse} and contains 0 if it is {@code undecided}; for an equivalent pair it is the interval
 *     of the two one-sided tests
 * @param confidence the coverage of {@code corrected}, for example 0.9875
 * @param power how an undecided pair could be decided; empty for decided ones
 */
public record JudgedPair(
    PairedDifference pair,
    double adjustedDifferent,
    double adjustedEquivalent,
    Verdict verdict,
    boolean notWorse,
    Interval corrected,
    double confidence,
    Optional<PowerNote> power) {

  /** Judges a family of pairs together, in order. */
  public static List<JudgedPair> judge(List<PairedDifference> family, ComparisonSettings settings) {
    return judge(family, settings, false);
  }

  /**
   * Judges two given models, where users are all that is sampled: what is asked is which of the two
   * to serve, not which way of training is better. The power note of an undecided pair counts
   * users.
   */
  public static JudgedPair ofModels(PairedDifference pair, ComparisonSettings settings) {
    return judge(List.of(pair), settings, true).get(0);
  }

  private static List<JudgedPair> judge(
      List<PairedDifference> family, ComparisonSettings settings, boolean modelsGiven) {
    double level = settings.level();
    Holm different = Holm.of(family.stream().mapToDouble(PairedDifference::pDifferent).toArray());
    Holm notWorse = Holm.of(family.stream().mapToDouble(PairedDifference::pNotWorse).toArray());
    Holm equivalent = Holm.of(family.stream().mapToDouble(PairedDifference::pEquivalent).toArray());
    List<JudgedPair> judged = new ArrayList<>();
    for (int i = 0; i < family.size(); i++) {
      PairedDifference pair = family.get(i);
      boolean oneSeed = pair.difference().seeds() == 1 && !modelsGiven;
      Verdict verdict =
          oneSeed
              ? Verdict.UNDECIDED
              : Verdict.of(
                  pair.difference().estimate(),
                  different.adjusted(i),
                  equivalent.adjusted(i),
                  level);
      // What was decided settles it; Holm's families could otherwise disagree.
      Standing standing = Standing.of(verdict, !oneSeed && notWorse.adjusted(i) <= level);
      double confidence =
          verdict == Verdict.EQUIVALENT
              ? 1 - 2 * equivalent.level(i, level)
              : 1 - different.level(i, level);
      Interval corrected = pair.difference().interval(confidence);
      Optional<PowerNote> power =
          standing.undecided()
              ? Optional.of(
                  PowerNote.of(pair, settings, family.size(), standing, modelsGiven, corrected))
              : Optional.empty();
      judged.add(
          new JudgedPair(
              pair,
              different.adjusted(i),
              equivalent.adjusted(i),
              verdict,
              standing.good(),
              corrected,
              confidence,
              power));
    }
    return List.copyOf(judged);
  }
}
