package dev.twotower.trainer.command.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.comparison.PowerNote;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.Verdict;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.masking.MaskSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTextTest {
  @ParameterizedTest
  @CsvSource({
    "1, 400, false", // One item is found by every ranking of one item.
    "20, 400, false",
    "21, 29, false",
    "21, 30, true",
    "300, 400, true"
  })
  void showsSlicesThatCanTellSomething(int items, int users, boolean shown) {
    String text = ReportText.of(report(items, users), Path.of("out"));
    if (shown) {
      assertThat(text)
          .contains("among:cold: %d items, %d users".formatted(items, users))
          .contains("among:cold recall@20", "items:cold recall@20")
          .contains("among:warm: 1,000 items, 400 users");
    } else {
      assertThat(text).doesNotContain("among:cold", "items:cold");
      assertThat(text.contains("among:warm")).isEqualTo(items > 20);
    }
  }

  /** No arm orders these items by anything, nor finds any among all others. */
  @Test
  void saysOnceThatThereIsNothingToJudge() {
    Report report = report(300, 400);
    Report.Arm arm = report.arms().get(0);
    Map<String, Estimate> metrics = new LinkedHashMap<>(arm.metrics());
    metrics.remove("among:cold recall@20");
    metrics.put("items:cold recall@20", new Estimate(0, 0, 0, List.of(0.0)));
    Report.Arm ofIds =
        new Report.Arm(
            arm.name(),
            arm.layout(),
            arm.masks(),
            arm.settings(),
            metrics,
            null,
            1000,
            null,
            null,
            arm.slices(),
            List.of(),
            List.of(),
            Map.of());
    assertThat(ReportText.of(report.with(List.of(ofIds), report.pairs()), Path.of("out")))
        .contains("among:warm: 1,000 items", "among:cold, items:cold: nothing to judge;")
        .doesNotContain("among:cold recall@20", "items:cold recall@20");
  }

  /** The answer, what is open beside it, and the remedy, in the terminal as on the page. */
  @Test
  void saysWhatWouldTellMoreWhereALossIsRuledOut() {
    Report report = undecided(20, List.of(0.3, 0.5, 0.4), List.of(0.2, 0.3, 0.4, 0.4));
    String text = ReportText.of(report, Path.of("out"));
    assertThat(text)
        .startsWith("Yes: train from sorted rows")
        .contains(
            "What would tell more: A loss of 1 % or more is ruled out by a one-sided test; about 4"
                + " more seeds (7 in all) would tell whether it gains. Before that: train all arms"
                + " for the same number of epochs (--set evaluation.everyEpochs=0 --set epochs=50,"
                + " with another --out): each run")
        .doesNotContain("decide it");
  }

  @Test
  void namesNoRemedyThatIsInUse() {
    String text = ReportText.of(undecided(0, List.of(0.3), List.of(0.4)), Path.of("out"));
    assertThat(text).contains("would tell whether it gains.").doesNotContain("Train all arms");
  }

  /** Sentences make no column: each is below the table, with the pair that it is about. */
  @Test
  void notesOfPairsStandBelowTheTable() {
    Report report = undecided(20, List.of(0.3), List.of(0.4));
    List<String> lines = ReportText.of(report, Path.of("out")).lines().toList();
    String note = "sorted/identity, against iid/identity: a loss of 1 % or more is ruled out by a";
    assertThat(lines).filteredOn(line -> line.startsWith(note)).hasSize(1);
    assertThat(lines).noneMatch(line -> line.endsWith("  note"));
    System.setProperty("twotower.columns", "80");
    try {
      assertThat(Fold.forTerminal(ReportText.of(report, Path.of("out"))).lines())
          .allMatch(line -> line.length() <= 80)
          .anyMatch(line -> line.startsWith("sorted/identity, against iid/identity: a loss"));
    } finally {
      System.clearProperty("twotower.columns");
    }
  }

  @Test
  void aNoteOfManyPairsIsToldOnce() {
    Report.Pair pair = undecided(20, List.of(0.3), List.of(0.4)).pairs().get(0);
    assertThat(PairNotes.of(List.of(pair, pair), Report.Pair::a).strip())
        .isEqualTo("sorted/identity; sorted/identity: " + pair.note());
    assertThat(PairNotes.of(List.of(pair, pair, pair, pair), Report.Pair::a).strip())
        .isEqualTo("4 of the pairs: " + pair.note());
  }

  /** The warning about all arms says it, and says more. */
  @Test
  void aSingleSeedIsNotToldOfEachPair() {
    assertThat(PairNotes.of(List.of(pair(PowerNote.ONE_SEED)), Report.Pair::a)).isEmpty();
  }

  /** Curves of two seeds, evaluated every so many epochs; a loss is ruled out. */
  private static Report undecided(int everyEpochs, List<Double> one, List<Double> other) {
    Report plain = report(300, 400);
    List<Report.Arm> arms = new ArrayList<>();
    for (Layout layout : List.of(Layout.IID, Layout.SORTED)) {
      Report.Arm first = plain.arms().get(0);
      arms.add(
          new Report.Arm(
              layout + "/identity",
              layout,
              first.masks(),
              Map.of(),
              first.metrics(),
              null,
              1000,
              null,
              null,
              List.of(),
              List.of(curve(1, one), curve(2, other)),
              List.of(),
              Map.of()));
    }
    Report.Pair pair =
        pair(
            "a loss of 1 % or more is ruled out by a one-sided test; about 4 more seeds (7 in all)"
                + " would tell whether it gains");
    return new Report(
        "log",
        List.of(1L, 2L),
        arms,
        List.of(pair),
        "recall@20",
        "test",
        0.01,
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of("evaluation", Map.of("everyEpochs", everyEpochs)),
        Map.of());
  }

  private static Report.Pair pair(String note) {
    return new Report.Pair(
        "sorted/identity",
        "iid/identity",
        "recall@20",
        0.001,
        -0.001,
        0.003,
        Verdict.UNDECIDED,
        0.002,
        -0.002,
        0.006,
        -0.001,
        0.003,
        null,
        0.3,
        0.1,
        true,
        note);
  }

  private static Report.Curve curve(long seed, List<Double> values) {
    List<Report.Point> points = new ArrayList<>();
    for (double value : values) {
      points.add(new Report.Point(10L * (points.size() + 1), 1, value, null));
    }
    return new Report.Curve(seed, points);
  }

  private static Report report(int items, int users) {
    Estimate estimate = new Estimate(0.5, 0.4, 0.6, List.of(0.5));
    Map<String, Estimate> metrics = new LinkedHashMap<>();
    metrics.put("recall@20", estimate);
    for (String slice : List.of("among:warm", "among:cold", "items:cold")) {
      metrics.put(slice + " recall@20", estimate);
    }
    Map<String, Double> means = Map.of("recall@20", 0.5);
    List<Report.Slice> slices =
        List.of(
            new Report.Slice("items:cold", users, items, means),
            new Report.Slice("among:warm", 400, 1000, means),
            new Report.Slice("among:cold", users, items, means));
    Report.Arm arm =
        new Report.Arm(
            "iid/identity",
            Layout.IID,
            MaskSet.parse("identity"),
            Map.of(),
            metrics,
            null,
            1000,
            null,
            null,
            slices,
            List.of(),
            List.of(),
            Map.of());
    return new Report(
        "log",
        List.of(1L),
        List.of(arm),
        List.of(),
        "recall@20",
        "test",
        0.01,
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Map.of());
  }
}
