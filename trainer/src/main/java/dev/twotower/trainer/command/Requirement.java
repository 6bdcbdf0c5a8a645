package dev.twotower.trainer.command;

import dev.twotower.data.message.Words;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.Verdict;
import java.util.Arrays;
import java.util.List;

/** What a run may have to be beside another one, the strictest first. */
enum Requirement {
  BETTER,
  NOT_WORSE,
  NOT_SHOWN_WORSE;

  static final String ALLOWED =
      "\"not shown worse\" (a gate begins with it), \"not worse\" (a loss of 1 %% or more is"
          + " ruled out, which a small log cannot do), or better";

  boolean met(Report.Pair pair) {
    return switch (this) {
      case BETTER -> pair.verdict() == Verdict.BETTER;
      case NOT_WORSE -> Boolean.TRUE.equals(pair.notWorse());
      case NOT_SHOWN_WORSE -> pair.verdict() != Verdict.WORSE;
    };
  }

  /**
   * What to say where this is not met: by which of several, and the strictest that is met in its
   * place.
   *
   * @param pairs those that it was asked of
   */
  String notMet(List<Report.Pair> pairs) {
    List<String> missing = pairs.stream().filter(pair -> !met(pair)).map(Report.Pair::a).toList();
    boolean several = missing.size() > 1;
    int last = missing.size() - 1;
    String names =
        (several ? String.join(", ", missing.subList(0, last)) + " and " : "") + missing.get(last);
    return "NOT MET" + (pairs.size() > 1 ? " by " + names : "") + instead(pairs, several);
  }

  private String instead(List<Report.Pair> pairs, boolean several) {
    return Arrays.stream(values())
        .skip(ordinal() + 1L)
        .filter(lenient -> pairs.stream().allMatch(lenient::met))
        .findFirst()
        .map(lenient -> lenient.met(several))
        .orElse("");
  }

  /** That this is met where something stricter was asked of one, or of several. */
  private String met(boolean several) {
    String found =
        this == NOT_SHOWN_WORSE
            ? "; nor %s shown to be worse".formatted(several ? "are they" : "is it")
            : "; %s shown to be %s".formatted(several ? "they are" : "it is", this);
    return found + ", for which --require \"%s\" asks".formatted(this);
  }

  static Requirement parse(String text) {
    return Words.parse(Requirement.class, text, "unknown requirement");
  }

  @Override
  public String toString() {
    return Words.of(this).replace('-', ' ');
  }
}
