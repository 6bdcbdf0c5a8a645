package dev.twotower.eval.page;

import static java.util.Comparator.comparingDouble;

import dev.twotower.data.message.Amount;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.comparison.FixedEpochs;
import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.PairText;
import dev.twotower.eval.comparison.PowerNote;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.SharedSettings;
import dev.twotower.eval.comparison.Standing;
import dev.twotower.eval.stats.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What somebody wants to know who has a sorted log: may I train from it, with which setting, what
 * do I gain, how sure is it. Answered where the first arm has shuffled rows and another has not.
 *
 * @param headline the answer in one sentence, plain text
 * @param parts the questions with their answers, in order
 * @param arm the arm that the answer is about
 */
public record ShortAnswer(String headline, List<Part> parts, String arm) {
  /** A question and its answer, plain text. */
  public record Part(String question, String answer) {}

  private static final double FASTER = 1.05;
  static final String NEXT = "What would tell more?";
  static final String ONE_SEED =
      "Not at all: one seed cannot separate arms from run-to-run variation. Give 3 or more.";

  public ShortAnswer {
    parts = List.copyOf(parts);
  }

  /** The answer of a report; empty where it does not compare sorted rows with shuffled ones. */
  public static Optional<ShortAnswer> of(Report full) {
    Report report = SharedSettings.without(full);
    if (!report.reference().layout().equals(Layout.IID)) {
      return Optional.empty();
    }
    List<Candidate> candidates = candidates(report);
    return best(candidates)
        .map(
            best ->
                new ShortAnswer(
                    headline(report, best), parts(report, candidates, best), best.arm().name()));
  }

  private static List<Part> parts(Report report, List<Candidate> candidates, Candidate best) {
    List<Part> parts =
        new ArrayList<>(
            List.of(
                new Part("May I train from sorted rows?", may(report, candidates, best)),
                new Part("With which setting?", setting(best)),
                new Part("What do I gain?", gain(report, best)),
                new Part("How sure is it?", sure(report, best))));
    next(report, best).ifPresent(words -> parts.add(new Part(NEXT, words)));
    return parts;
  }

  /** What would tell more; empty where that is known. */
  public Optional<String> next() {
    return parts.stream()
        .filter(part -> part.question().equals(NEXT))
        .map(Part::answer)
        .findFirst();
  }

  /** An arm on sorted rows, against the first. */
  record Candidate(Report.Arm arm, Report.Pair pair) {
    Standing standing() {
      return pair.standing();
    }

    boolean good() {
      return standing().good();
    }

    /** The fastest of those shown to be good, the highest of the others. */
    double merit() {
      return good() ? arm.examplesPerSecond() : pair.difference();
    }
  }

  private static List<Candidate> candidates(Report report) {
    List<Candidate> candidates = new ArrayList<>();
    for (Report.Arm arm : report.arms()) {
      if (!arm.layout().equals(Layout.IID)) {
        report
            .againstReference(arm.name())
            .ifPresent(pair -> candidates.add(new Candidate(arm, pair)));
      }
    }
    return candidates;
  }

  private static Optional<Candidate> best(List<Candidate> candidates) {
    return candidates.stream()
        .min(
            Comparator.comparing(Candidate::standing)
                .thenComparing(comparingDouble(c -> -c.merit())));
  }

  private static String headline(Report report, Candidate best) {
    String with = "with layout %s and masks %s".formatted(best.arm().layout(), best.arm().masks());
    String margin = Numbers.percent(report.margin());
    return switch (best.standing()) {
      case BETTER -> "Yes, and it is better: train from sorted rows %s.".formatted(with);
      case EQUIVALENT ->
          "Yes: train from sorted rows %s; %s stays within %s of shuffled rows."
              .formatted(with, report.metric(), margin);
      case NOT_WORSE ->
          "Yes: train from sorted rows %s; a loss of %s or more is ruled out."
              .formatted(with, margin);
      case OPEN ->
          report.seeds().size() == 1
              ? "Not decided: one seed cannot tell sorted rows from shuffled ones."
              : "Not decided yet: no setting for sorted rows is shown to be as good as shuffled"
                  + " rows.";
      case WORSE ->
          "Not with these settings: sorted rows are worse than shuffled rows in every arm.";
    };
  }

  private static String may(Report report, List<Candidate> candidates, Candidate best) {
    Optional<Candidate> stored =
        candidates.stream()
            .filter(each -> each.arm().layout().equals(Layout.SORTED))
            .filter(each -> each.arm().masks().equals(report.reference().masks()))
            .filter(each -> each.arm().settings().equals(report.reference().settings()))
            .findFirst();
    boolean asStored = stored.filter(best::equals).isPresent();
    String loss =
        stored
            .filter(each -> !asStored)
            .map(
                each ->
                    " In the order they are stored in, %s.".formatted(stored(report, each.pair())))
            .orElse("");
    String answer =
        best.good()
            ? asStored ? "Yes, as they are." : "Yes, with the setting below."
            : best.standing() == Standing.OPEN ? "Not decided." : "No.";
    return answer + loss;
  }

  private static String stored(Report report, Report.Pair pair) {
    String margin = Numbers.percent(report.margin());
    return switch (pair.standing()) {
      case BETTER -> "they do better than shuffled rows, too";
      case EQUIVALENT -> "they do as well, within " + margin;
      case NOT_WORSE -> "they lose less than " + margin;
      case OPEN -> "it is not decided, either";
      case WORSE -> "they lose " + lost(report, pair);
    };
  }

  private static String lost(Report report, Report.Pair pair) {
    return pair.relative() == null
        ? report.metric()
        : "%s of %s".formatted(Numbers.percent(-pair.relative()), report.metric());
  }

  private static String setting(Candidate best) {
    StringBuilder text = new StringBuilder(best.good() ? "" : "The closest is ");
    text.append("layout=").append(best.arm().layout());
    text.append(", masks=").append(best.arm().masks());
    best.arm().settings().forEach((key, value) -> text.append(", ").append(key + "=" + value));
    return text.append(": ").append(LayoutWords.layout(best.arm().layout())).toString();
  }

  private static String gain(Report report, Candidate best) {
    double base = report.reference().examplesPerSecond();
    double ratio = best.arm().examplesPerSecond() / base;
    String speed =
        "%s times the rows per second of shuffled rows%s"
            .formatted(times(ratio), speeds(best.arm(), report.reference()));
    String change =
        best.pair().relative() == null
            ? ""
            : "; %s %s"
                .formatted(
                    report.metric(), change(best, Numbers.signedPercent(best.pair().relative())));
    return (ratio >= FASTER ? speed : "No speed on this log: " + speed) + change + ".";
  }

  private static String change(Candidate best, String percent) {
    return switch (best.standing()) {
      case BETTER, WORSE -> "changes by " + percent;
      case EQUIVALENT -> "changes by %s, too little to matter".formatted(percent);
      case NOT_WORSE, OPEN -> "changes by %s in the mean, which may be chance".formatted(percent);
    };
  }

  /** The ratio of speeds, seed by seed; empty with fewer than two. */
  private static String speeds(Report.Arm arm, Report.Arm reference) {
    List<Double> own = arm.seedExamplesPerSecond();
    List<Double> base = reference.seedExamplesPerSecond();
    if (own.size() < 2 || own.size() != base.size()) {
      return "";
    }
    DoubleSummaryStatistics ratios =
        IntStream.range(0, own.size())
            .mapToDouble(seed -> own.get(seed) / base.get(seed))
            .summaryStatistics();
    return " (%s to %s over seeds)".formatted(times(ratios.getMin()), times(ratios.getMax()));
  }

  private static String times(double ratio) {
    return String.format(Locale.ROOT, "%.1f", ratio);
  }

  private static String sure(Report report, Candidate best) {
    Report.Pair pair = best.pair();
    String seeds = Amount.of(report.seeds().size(), "seed");
    if (report.seeds().size() == 1) {
      return ONE_SEED;
    }
    if (best.standing() == Standing.NOT_WORSE) {
      return "A loss of %s or more is ruled out by a one-sided test at 5 %%, corrected for %s; the 95 %% interval is %s, over %s and all evaluated users."
          .formatted(
              Numbers.percent(report.margin()),
              Amount.of(family(pair), "pair of arms", "pairs of arms"),
              PairText.interval(pair, " to "),
              seeds);
    }
    String interval =
        "The difference in %s is %s: a %s interval over %s and all evaluated users."
            .formatted(
                report.metric(),
                PairText.judgedBy(pair, " to "),
                Numbers.percent(confidence(pair)),
                seeds);
    return best.standing().undecided() || pair.note() == null
        ? interval
        : interval + " But " + pair.note() + ".";
  }

  private static Optional<String> next(Report report, Candidate best) {
    String note = best.pair().note();
    if (!best.standing().undecided() || note == null || report.seeds().size() == 1) {
      return Optional.empty();
    }
    String words = Character.toUpperCase(note.charAt(0)) + note.substring(1) + ".";
    Interval ends = best.pair().shown();
    boolean equal = best.pair().difference() == 0 && ends.low() == ends.high();
    return equal
        ? Optional.of(words)
        : Optional.of(
            FixedEpochs.advice(report)
                .map(advice -> words + before(note) + within(advice) + ".")
                .orElse(words));
  }

  /** A sentence as it goes on after a colon. */
  static String within(String sentence) {
    return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
  }

  private static String before(String note) {
    return note.contains(PowerNote.CANNOT) ? " What may still help: " : " Before that: ";
  }

  private static int family(Report.Pair pair) {
    return pair.corrected() == null ? 1 : pair.corrected().pairs();
  }

  private static double confidence(Report.Pair pair) {
    return pair.corrected() == null ? 0.95 : pair.corrected().confidence();
  }
}
