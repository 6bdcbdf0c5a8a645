package dev.twotower.eval.comparison;

import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.eval.stats.Interval;
import dev.twotower.masking.MaskSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Breaks the difference between sorted and shuffled batches into its causes, as far as the arms
 * allow.
 *
 * <p>A chain leads from the least mixed arm to the reference, which is an IID arm, and changes one
 * thing per step: first the mask, which removes false negatives and leaves the batches as they are;
 * then the layout under that mask, through larger and larger buffers, which widens the pool of
 * negatives and spreads a user's rows over steps; finally the mask again, on shuffled rows. Arms
 * are paired by seed and user, so the steps add up to the whole difference. A step is one of the
 * report's pairs, with its interval and verdict; a chain with a step that is not a pair is left
 * out.
 */
public final class Causes {
  private final Report report;

  private Causes(Report report) {
    this.report = report;
  }

  /**
   * One change between two arms.
   *
   * @param what the cause that the change isolates
   * @param relative change of the metric, as a share of the reference's mean; so are the next two
   * @param low lower end of the interval that agrees with the verdict ({@link Report.Pair#shown})
   * @param high upper end
   * @param verdict what {@code to} is against {@code from}
   */
  public record Step(
      String what,
      String from,
      String to,
      double relative,
      double low,
      double high,
      Verdict verdict) {

    /** The step on one line, plain text. */
    public String sentence() {
      return "%s: %s -> %s %s (%s to %s), %s"
          .formatted(
              what,
              from,
              to,
              Numbers.signedPercent(relative),
              Numbers.signedPercent(low),
              Numbers.signedPercent(high),
              verdict);
    }
  }

  /**
   * A difference and what it is made of.
   *
   * @param summary the whole difference in words
   * @param steps changes that add up to it
   */
  public record Chain(String summary, List<Step> steps) {}

  /** The chains of a report; none where its first arm is not IID or nothing can be taken apart. */
  public static List<Chain> of(Report report) {
    return new Causes(report).chains();
  }

  private List<Chain> chains() {
    Report.Arm end = report.reference();
    if (!shuffled(end) || referenceMean() == 0) {
      return List.of();
    }
    Optional<Report.Arm> start =
        alike(end).stream()
            .filter(place -> !shuffled(place) && place.masks().equals(end.masks()))
            .min(MIXING);
    Set<MaskSet> masks = new LinkedHashSet<>();
    alike(end).forEach(place -> masks.add(place.masks()));
    return start
        .map(
            from ->
                masks.stream()
                    .map(mask -> chain(from, mask, end))
                    .flatMap(Optional::stream)
                    .toList())
        .orElse(List.of());
  }

  private static final Comparator<Report.Arm> MIXING =
      Comparator.comparing(Report.Arm::layout, Mixing.ORDER);

  private static boolean shuffled(Report.Arm arm) {
    return arm.layout().equals(Layout.IID);
  }

  private List<Report.Arm> alike(Report.Arm place) {
    return report.arms().stream()
        .filter(other -> other.settings().equals(place.settings()))
        .toList();
  }

  private Optional<Chain> chain(Report.Arm start, MaskSet mask, Report.Arm end) {
    List<Report.Arm> under =
        alike(end).stream().filter(place -> place.masks().equals(mask)).sorted(MIXING).toList();
    if (!under.get(0).layout().equals(start.layout())) {
      return Optional.empty();
    }
    List<Optional<Step>> steps = new ArrayList<>();
    if (!mask.equals(end.masks())) {
      steps.add(step(masking(start, under.get(0)), start, under.get(0)));
    }
    for (int i = 1; i < under.size(); i++) {
      steps.add(step(mixing(under.get(i - 1), under.get(i)), under.get(i - 1), under.get(i)));
    }
    Report.Arm last = under.get(under.size() - 1);
    if (!last.equals(end)) {
      steps.add(step(shuffled(last) ? unmasking(last, end) : remainder(last, end), last, end));
    }
    Optional<Step> whole = step("", start, end);
    if (steps.size() < 2 || whole.isEmpty() || steps.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    return Optional.of(
        new Chain(
            summary(whole.get(), mask.equals(end.masks()) ? "" : ", by way of " + mask),
            steps.stream().map(Optional::orElseThrow).toList()));
  }

  private String summary(Step whole, String way) {
    return "From %s to %s, the change in %s is %s of the value of %s (%s to %s, %s)%s"
        .formatted(
            whole.from(),
            whole.to(),
            report.metric(),
            Numbers.signedPercent(whole.relative()),
            whole.to(),
            Numbers.signedPercent(whole.low()),
            Numbers.signedPercent(whole.high()),
            whole.verdict(),
            way);
  }

  private static String masking(Report.Arm from, Report.Arm to) {
    Set<String> added = added(from, to);
    String what =
        added.equals(Set.of("user"))
            ? "same-user false negatives"
            : added.equals(Set.of("engaged"))
                ? "false negatives, same-user and collisions"
                : "masks " + to.masks() + " for " + from.masks();
    return what + rates(from, to);
  }

  private static String mixing(Report.Arm from, Report.Arm to) {
    String what = to.layout() instanceof Layout.Requests ? "the shuffle buffer" : "pool and order";
    return what + effectiveUsers(from, to);
  }

  private static String unmasking(Report.Arm from, Report.Arm to) {
    return "the masks on shuffled rows, taken off" + rates(from, to);
  }

  /** No IID arm has these masks, so two causes stay together. */
  private static String remainder(Report.Arm from, Report.Arm to) {
    return "pool and order, with the masks on shuffled rows%s; an arm iid/%s would tell them apart"
        .formatted(effectiveUsers(from, to), from.masks());
  }

  private static Set<String> added(Report.Arm from, Report.Arm to) {
    Set<String> masks = new LinkedHashSet<>(List.of(to.masks().toString().split("\\+")));
    List<String> before = List.of(from.masks().toString().split("\\+"));
    return masks.containsAll(before)
        ? masks.stream().filter(mask -> !before.contains(mask)).collect(Collectors.toSet())
        : Set.of();
  }

  private static String rates(Report.Arm from, Report.Arm to) {
    FalseNegatives a = from.batches();
    FalseNegatives b = to.batches();
    return a == null || b == null
        ? ""
        : " (%s to %s of negatives)"
            .formatted(
                Numbers.percent(a.falseNegativeRate()), Numbers.percent(b.falseNegativeRate()));
  }

  private static String effectiveUsers(Report.Arm from, Report.Arm to) {
    FalseNegatives a = from.batches();
    FalseNegatives b = to.batches();
    return a == null || b == null
        ? ""
        : " (%s to %s effective users)"
            .formatted(
                Numbers.oneDecimal(a.effectiveUsers()), Numbers.oneDecimal(b.effectiveUsers()));
  }

  private double referenceMean() {
    Estimate estimate = report.reference().metrics().get(report.metric());
    return estimate == null ? 0 : estimate.mean();
  }

  private Optional<Step> step(String what, Report.Arm from, Report.Arm to) {
    return report.headlinePairs().stream()
        .map(pair -> step(what, from.name(), to.name(), pair))
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** The pair read in the step's direction; null where it is another one. */
  private Step step(String what, String from, String to, Report.Pair pair) {
    boolean along = pair.a().equals(to) && pair.b().equals(from);
    if (!along && !(pair.a().equals(from) && pair.b().equals(to))) {
      return null;
    }
    double mean = referenceMean();
    Interval shares =
        pair.b().equals(report.reference().name())
            ? pair.shownRelative().orElseThrow()
            : new Interval(pair.shown().low() / mean, pair.shown().high() / mean);
    double share = pair.difference() / mean;
    return along
        ? new Step(what, from, to, share, shares.low(), shares.high(), pair.verdict())
        : new Step(
            what,
            from,
            to,
            -share,
            -shares.high(),
            -shares.low(),
            switch (pair.verdict()) {
              case BETTER -> Verdict.WORSE;
              case WORSE -> Verdict.BETTER;
              case EQUIVALENT, UNDECIDED -> pair.verdict();
            });
  }
}
