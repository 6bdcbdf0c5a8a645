package dev.twotower.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.random.Streams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class JudgedPairTest {
  private static final ComparisonSettings SETTINGS = new ComparisonSettings(0.05, 0.01, 20, 0.8, 0);

  @Test
  void eachVerdictForTheDataThatCallsForIt() {
    // Reference near 0.2, so the margin is 0.002; the standard error is about 0.0005.
    assertThat(verdict(0.02, 0.02)).isEqualTo(Verdict.BETTER);
    assertThat(verdict(-0.02, 0.02)).isEqualTo(Verdict.WORSE);
    assertThat(verdict(0, 0.01)).isEqualTo(Verdict.EQUIVALENT);
    assertThat(verdict(0.001, 0.4)).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void aSureDifferenceInsideTheMarginIsEquivalent() {
    JudgedPair judged = judge(List.of(pair(Streams.stream(1, "t"), 0.001, 0.001))).get(0);
    assertThat(judged.adjustedDifferent()).isLessThan(0.001);
    assertThat(judged.verdict()).isEqualTo(Verdict.EQUIVALENT);
  }

  @Test
  void sayingBetterOfEqualArmsStaysRare() {
    int wrong = 0;
    for (int trial = 0; trial < 400; trial++) {
      if (judge(List.of(pair(Streams.stream(trial, "test.null"), 0, 0.3))).get(0).verdict()
          != Verdict.UNDECIDED) {
        wrong++;
      }
    }
    assertThat(wrong / 400.0).isLessThan(0.08);
  }

  @Test
  void sayingEquivalentOfArmsAtTheMarginStaysRare() {
    // True difference exactly 1 % of 0.2.
    int wrong = 0;
    for (int trial = 0; trial < 400; trial++) {
      PairedDifference pair = pair(Streams.stream(trial, "test.margin"), 0.002, 0.03);
      if (judge(List.of(pair)).get(0).verdict() == Verdict.EQUIVALENT) {
        wrong++;
      }
    }
    assertThat(wrong / 400.0).isLessThan(0.08);
  }

  @Test
  void manyPairsMakeAVerdictHarder() {
    // Differences of users 0.0085 +- 0.07 over 400 users: t = 0.0085 / (0.07 / 20) = 2.4, p =
    // 0.016.
    double[][] a = new double[3][400];
    double[][] b = new double[3][400];
    for (int seed = 0; seed < 3; seed++) {
      for (int user = 0; user < 400; user++) {
        b[seed][user] = 0.2;
        a[seed][user] = 0.2 + 0.0085 + (user % 2 == 0 ? 0.07 : -0.07);
      }
    }
    PairedDifference borderline = PairedDifference.of(a, b, SETTINGS);
    assertThat(borderline.pDifferent()).isCloseTo(0.0156, within(0.001));
    assertThat(judge(List.of(borderline)).get(0).verdict()).isEqualTo(Verdict.BETTER);
    List<PairedDifference> family = new ArrayList<>(Collections.nCopies(60, borderline));
    assertThat(judge(family).get(0).verdict()).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void anUndecidedPairMayStillBeShownNotToLose() {
    // 1.5 % above with a standard error of 0.7 %: neither equal nor better, but no loss of 1 %.
    JudgedPair above = judge(List.of(pair(Streams.stream(3, "t"), 0.002, 0.06))).get(0);
    assertThat(above.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(above.notWorse()).isTrue();
    JudgedPair below = judge(List.of(pair(Streams.stream(3, "t"), -0.004, 0.06))).get(0);
    assertThat(below.notWorse()).isFalse();
    assertThat(judge(List.of(pair(Streams.stream(3, "t"), 0.02, 0.02))).get(0).notWorse()).isTrue();
    assertThat(judge(List.of(pair(Streams.stream(3, "t"), -0.02, 0.02))).get(0).notWorse())
        .isFalse();
  }

  @Test
  void callingALossOfTheMarginNotWorseStaysRare() {
    // True loss exactly 1 % of 0.2.
    int wrong = 0;
    for (int trial = 0; trial < 400; trial++) {
      PairedDifference pair = pair(Streams.stream(trial, "test.loss"), -0.002, 0.06);
      if (judge(List.of(pair)).get(0).notWorse()) {
        wrong++;
      }
    }
    assertThat(wrong / 400.0).isLessThan(0.08);
  }

  @Test
  void holmStepsDown() {
    // Sorted 0.01, 0.02, 0.03, 0.5 times 4, 3, 2, 1, kept from falling: 0.04, 0.06, 0.06, 0.5.
    assertThat(Holm.adjust(new double[] {0.03, 0.01, 0.5, 0.02}))
        .containsExactly(new double[] {0.06, 0.04, 0.5, 0.06}, within(1e-12));
    assertThat(Holm.adjust(new double[0])).isEmpty();
    assertThat(Holm.adjust(new double[] {0.9, 0.8})).containsExactly(1, 1);
  }

  @Test
  void theSeedsOfThePowerNoteDoDecide() {
    // True difference of 5 % that three seeds leave open, because seeds vary a lot.
    int noted = 0;
    int decided = 0;
    for (int trial = 0; trial < 60; trial++) {
      UniformRandomProvider random = Streams.stream(trial, "test.power");
      JudgedPair few = judge(List.of(pairOfSeeds(random, 3, 0.01, 0.008))).get(0);
      if (few.verdict() == Verdict.UNDECIDED && few.power().get().seeds().isPresent()) {
        int seeds = few.power().get().seeds().getAsInt();
        assertThat(seeds).isGreaterThan(3);
        noted++;
        if (judge(List.of(pairOfSeeds(random, Math.max(seeds, 12), 0.01, 0.008))).get(0).verdict()
            == Verdict.BETTER) {
          decided++;
        }
      }
    }
    assertThat(noted).isGreaterThan(10);
    assertThat(decided / (double) noted).isGreaterThan(0.7);
  }

  @Test
  void thePowerNoteSaysWhenUsersAreTheLimit() {
    // Users alone leave more than the margin open; no number of seeds changes that.
    JudgedPair judged = judge(List.of(pair(Streams.stream(5, "test.users"), 0.0, 1.0))).get(0);
    assertThat(judged.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(judged.power().get().seeds()).isEmpty();
    assertThat(judged.power().get().sentence()).contains("users");
  }

  @Test
  void refusesArmsThatCannotBePaired() {
    assertThatThrownBy(() -> PairedDifference.of(new double[2][5], new double[3][5], SETTINGS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 and 3 seeds");
    assertThatThrownBy(() -> PairedDifference.of(new double[2][5], new double[2][6], SETTINGS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 users")
        .hasMessageContaining("6");
  }

  private static List<JudgedPair> judge(List<PairedDifference> family) {
    return JudgedPair.judge(family, SETTINGS);
  }

  private static Verdict verdict(double difference, double spread) {
    return judge(List.of(pair(Streams.stream(2, "test.verdict"), difference, spread)))
        .get(0)
        .verdict();
  }

  /** Three seeds and 400 users; b about 0.2, a above it by the difference plus noise of users. */
  private static PairedDifference pair(
      UniformRandomProvider random, double difference, double spread) {
    double[][] a = new double[3][400];
    double[][] b = new double[3][400];
    for (int user = 0; user < 400; user++) {
      double taste = 0.2 + 0.1 * CrossedMeanTest.gaussian(random);
      double noise = spread * CrossedMeanTest.gaussian(random);
      for (int seed = 0; seed < 3; seed++) {
        b[seed][user] = taste + 0.001 * CrossedMeanTest.gaussian(random);
        a[seed][user] = b[seed][user] + difference + noise / 2;
      }
    }
    return PairedDifference.of(a, b, SETTINGS);
  }

  private static PairedDifference pairOfSeeds(
      UniformRandomProvider random, int seeds, double difference, double seedSpread) {
    double[][] a = new double[seeds][400];
    double[][] b = new double[seeds][400];
    for (int seed = 0; seed < seeds; seed++) {
      double ofSeed = seedSpread * CrossedMeanTest.gaussian(random);
      for (int user = 0; user < 400; user++) {
        b[seed][user] = 0.2 + 0.01 * CrossedMeanTest.gaussian(random);
        a[seed][user] =
            b[seed][user] + difference + ofSeed + 0.01 * CrossedMeanTest.gaussian(random);
      }
    }
    return PairedDifference.of(a, b, SETTINGS);
  }
}
