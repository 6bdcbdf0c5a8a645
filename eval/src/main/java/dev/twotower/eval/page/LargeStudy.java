package dev.twotower.eval.page;

import static java.util.Comparator.comparingDouble;

import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.stats.Estimate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a page shows of a study of many arms, so that it can be read and stays small; {@code
 * report.json} holds all.
 *
 * @param report the report without what is left out
 * @param pairs how many pairs of arms are left out: those without the first arm
 * @param curves how many arms' learning curves are left out: those that no chart draws
 * @param every which of a curve's points are shown: 1 all, 2 every second, and so on
 */
record LargeStudy(Report report, int pairs, int curves, int every) {
  /** More pairs than this are a table that nobody reads. */
  private static final int MOST_PAIRS = 120;

  /** Likewise for the points of all curves. */
  private static final int MOST_POINTS = 600;

  static LargeStudy of(Report full) {
    List<Report.Pair> all = full.headlinePairs();
    String first = full.reference().name();
    List<Report.Pair> kept =
        all.size() <= MOST_PAIRS
            ? all
            : all.stream().filter(pair -> pair.b().equals(first)).toList();
    Set<String> drawn = drawn(full);
    List<Report.Arm> arms = full.arms();
    int curves = 0;
    if (points(arms) > MOST_POINTS) {
      curves = arms.size() - drawn.size();
      arms =
          arms.stream()
              .map(arm -> drawn.contains(arm.name()) ? arm : arm.withCurves(List.of()))
              .toList();
    }
    int every = (int) ((points(arms) + MOST_POINTS - 1) / MOST_POINTS);
    if (every > 1) {
      arms = arms.stream().map(arm -> arm.withCurves(thinned(arm.curves(), every))).toList();
    }
    return new LargeStudy(
        full.with(arms, kept), all.size() - kept.size(), curves, Math.max(1, every));
  }

  private static long points(List<Report.Arm> arms) {
    return arms.stream()
        .flatMap(arm -> arm.curves().stream())
        .mapToLong(curve -> curve.points().size())
        .sum();
  }

  /** The last point, and each that is a multiple of so many before it. */
  private static List<Report.Curve> thinned(List<Report.Curve> curves, int every) {
    return curves.stream()
        .map(
            curve -> {
              List<Report.Point> all = curve.points();
              return new Report.Curve(
                  curve.seed(),
                  IntStream.range(0, all.size())
                      .filter(at -> (all.size() - 1 - at) % every == 0)
                      .mapToObj(all::get)
                      .toList());
            })
        .toList();
  }

  /** The first arm, and the best of the others; {@code report-charts.js} chooses likewise. */
  private static Set<String> drawn(Report report) {
    Set<String> names = new HashSet<>(Set.of(report.reference().name()));
    report.arms().stream()
        .skip(1)
        .sorted(Collections.reverseOrder(comparingDouble(arm -> value(report, arm))))
        .limit(Sections.READABLE_ARMS - 1L)
        .forEach(arm -> names.add(arm.name()));
    return names;
  }

  private static double value(Report report, Report.Arm arm) {
    Estimate estimate = arm.metrics().get(report.metric());
    return estimate == null ? Double.NEGATIVE_INFINITY : estimate.mean();
  }
}
