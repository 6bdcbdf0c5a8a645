package dev.twotower.eval.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.SampleStudy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sixty arms, every pair of them judged, with long curves over five seeds. */
class LargeStudyTest {
  private static final int ARMS = 60;
  private static final int POINTS = 40;

  private static Report four;
  private static Report sixty;

  @BeforeAll
  static void make() {
    SampleStudy study = new SampleStudy();
    four = study.report("four", study.arms(2));
    List<Report.Arm> arms = new ArrayList<>();
    for (int arm = 0; arm < ARMS; arm++) {
      arms.add(
          arm == 0
              ? copy(four.reference(), "iid/identity")
              : copy(
                  four.arms().get(arm % 4),
                  "requests:%d:8/identity+user+context:surface;optimizer.tableLearningRate=0.4"
                      .formatted(1000 * arm)));
    }
    List<Report.Pair> pairs = new ArrayList<>();
    Report.Pair pair = four.headlinePairs().get(0);
    for (int a = 0; a < ARMS; a++) {
      for (int b = 0; b < a; b++) {
        pairs.add(copy(pair, arms.get(a).name(), arms.get(b).name()));
      }
    }
    sixty = four.with(arms, pairs);
  }

  private static Report.Arm copy(Report.Arm arm, String name) {
    ArmSpec spec = ArmSpec.parse(name);
    List<Report.Point> points =
        IntStream.range(0, POINTS)
            .mapToObj(n -> new Report.Point(n, 1.5 * n, 1 / 3.0, 0.7))
            .toList();
    List<Report.Curve> curves =
        IntStream.range(0, 5).mapToObj(seed -> new Report.Curve(seed, points)).toList();
    return new Report.Arm(
        name,
        spec.layout(),
        spec.masks(),
        spec.settings(),
        arm.metrics(),
        arm.falseNegativeRate(),
        arm.examplesPerSecond(),
        arm.dedupRatio(),
        arm.batches(),
        arm.slices(),
        curves,
        arm.seedExamplesPerSecond(),
        arm.chosen());
  }

  private static Report.Pair copy(Report.Pair pair, String a, String b) {
    return new Report.Pair(
        a,
        b,
        pair.metric(),
        pair.difference(),
        pair.low(),
        pair.high(),
        pair.verdict(),
        pair.relative(),
        pair.relativeLow(),
        pair.relativeHigh(),
        pair.usersLow(),
        pair.usersHigh(),
        pair.corrected(),
        pair.pDifferent(),
        pair.pEquivalent(),
        pair.notWorse(),
        pair.note());
  }

  @Test
  void thePageStaysSmallAndSaysWhatItLeavesOut() {
    String page = HtmlReport.of(sixty);
    assertThat(page.length()).isLessThan(3_000_000);
    assertThat(page)
        .contains("report.json holds 1,711 pairs of other arms as well")
        .contains("report.json holds the other 52 arms");
  }

  @Test
  void pairsWithTheFirstArmStayAndCurvesThatAreDrawn() {
    LargeStudy study = LargeStudy.of(sixty);
    assertThat(study.report().headlinePairs())
        .hasSize(ARMS - 1)
        .allMatch(pair -> pair.b().equals("iid/identity"));
    assertThat(study.report().arms())
        .hasSize(ARMS)
        .filteredOn(arm -> !arm.curves().isEmpty())
        .hasSize(Sections.READABLE_ARMS)
        .allSatisfy(
            arm -> {
              assertThat(arm.curves()).hasSize(5);
              assertThat(arm.curves().get(0).points())
                  .hasSize(POINTS / study.every() + 1)
                  .endsWith(sixty.reference().curves().get(0).points().get(POINTS - 1));
            });
  }

  @Test
  void aSmallStudyIsShownWhole() {
    LargeStudy study = LargeStudy.of(four);
    assertThat(study.report().arms()).isEqualTo(four.arms());
    assertThat(study.report().headlinePairs()).isEqualTo(four.headlinePairs());
    assertThat(study.pairs() + study.curves()).isZero();
  }
}
