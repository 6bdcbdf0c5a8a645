package dev.twotower.eval.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.random.Streams;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.CrossedMean;
import dev.twotower.eval.stats.CrossedMeanTest;
import dev.twotower.eval.stats.PairedDifference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class JudgedPairTest {
  private static final ComparisonSettings SETTINGS =
      new ComparisonSettings(0.05, 0.01, 20, 0.8, 0, 0);

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
    Holm holm = Holm.of(0.03, 0.01, 0.5, 0.02);
    assertThat(IntStream.range(0, 4).mapToDouble(holm::adjusted).toArray())
        .containsExactly(new double[] {0.06, 0.04, 0.5, 0.06}, within(1e-12));
    assertThat(Holm.of(0.9, 0.8).adjusted(0)).isEqualTo(1);
    // At 5 % the first is rejected at 5 %/4, the next stands against 5 %/3, as do those behind it.
    assertThat(IntStream.range(0, 4).mapToDouble(test -> holm.level(test, 0.05)).toArray())
        .containsExactly(new double[] {0.05 / 3, 0.0125, 0.05 / 3, 0.05 / 3}, within(1e-12));
  }

  @Test
  void aSingleSeedGivesNoVerdict() {
    double[][] a = new double[1][400];
    double[][] b = new double[1][400];
    for (int user = 0; user < 400; user++) {
      b[0][user] = 0.2 + 0.001 * (user % 7);
      a[0][user] = b[0][user] + 0.05 + 0.001 * (user % 5);
    }
    JudgedPair judged = judge(List.of(PairedDifference.of(a, b, SETTINGS))).get(0);
    assertThat(judged.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(judged.notWorse()).isFalse();
    assertThat(judged.power().get().sentence()).contains("one seed cannot separate");
  }

  @Test
  void pairsOfAFamilyShareTheirResamplesAndAreWhatEachWouldBeAlone() {
    UniformRandomProvider random = Streams.stream(11, "t");
    List<double[][]> arms = new ArrayList<>();
    for (int arm = 0; arm < 3; arm++) {
      double[][] values = new double[2][50];
      for (double[] row : values) {
        for (int user = 0; user < 50; user++) {
          row[user] = CrossedMeanTest.gaussian(random);
        }
      }
      arms.add(values);
    }
    List<PairedDifference> all =
        PairedDifference.all(
            arms,
            List.of(new PairedDifference.Places(1, 0), new PairedDifference.Places(2, 1)),
            SETTINGS);
    PairedDifference alone = PairedDifference.of(arms.get(2), arms.get(1), SETTINGS);
    assertThat(all.get(1).usersOnly().low()).isCloseTo(alone.usersOnly().low(), within(1e-12));
    assertThat(all.get(1).interval()).isEqualTo(alone.interval());
  }

  /** The seeds noted give the chance asked for, and a few less give clearly less of it. */
  @Test
  void theSeedsOfThePowerNoteDecideAsOftenAsAskedFor() {
    // Difference 0.0075; variances of a seed's and a user's mean such that the note says 7 to 12.
    double bySeed = 0.008 * 0.008;
    double byUser = 0.02 * 0.02;
    CrossedMean seen = new CrossedMean(0.0075, 3, 400, bySeed / 3, byUser / 400, 0);
    PairedDifference pair =
        new PairedDifference(seen, 0.2075, 0.2, seen.interval(0.95), seen.interval(0.95), 1, 1, 1);
    int seeds = seeds(pair, 1, Standing.NOT_WORSE);
    assertThat(seeds).isBetween(7, 20);
    assertThat(decided(seeds, 0.0075, bySeed, byUser, 0.95)).isBetween(0.75, 0.87);
    assertThat(decided(seeds - 3, 0.0075, bySeed, byUser, 0.95)).isLessThan(0.75);
    assertThat(seeds(pair, 2, Standing.NOT_WORSE)).isGreaterThan(seeds);
    // Where nothing is shown, to rule out a loss of 1 % of 0.2 is an answer as well: one-sided.
    int fewer = seeds(pair, 1, Standing.OPEN);
    assertThat(fewer).isLessThan(seeds);
    assertThat(decided(fewer, 0.0075 + 0.002, bySeed, byUser, 0.9)).isBetween(0.75, 0.9);
    assertThat(decided(fewer - 1, 0.0075 + 0.002, bySeed, byUser, 0.9)).isLessThan(0.8);
  }

  private static PowerNote note(
      PairedDifference pair, int family, Standing standing, boolean modelsGiven) {
    return PowerNote.of(
        pair, SETTINGS, family, standing, modelsGiven, pair.difference().interval(0.95));
  }

  private static int seeds(PairedDifference pair, int family, Standing standing) {
    return note(pair, family, standing, false).seeds().getAsInt();
  }

  /** Likewise for users, where two given models are judged. */
  @Test
  void theUsersOfTheNoteOnTwoModelsDecideAsOftenAsAskedFor() {
    double byUser = 0.1 * 0.1;
    CrossedMean seen = new CrossedMean(0.0075, 1, 400, 0, byUser / 400, 0);
    PairedDifference pair =
        new PairedDifference(seen, 0.2075, 0.2, seen.interval(0.95), seen.interval(0.95), 1, 1, 1);
    PowerNote note = note(pair, 1, Standing.NOT_WORSE, true);
    // 80 % power at 5 %: (1.96 + 0.84)^2 * 0.01 / 0.0075^2 = 1395.
    assertThat(note.users().getAsInt()).isBetween(1390, 1405);
    assertThat(note.seeds()).isEmpty();
    assertThat(note.sentence()).endsWith("about 1,400 users (400 now) would tell whether it gains");
  }

  /** Users of a sample are there to be ranked, and cost no training. */
  @Test
  void rankingMoreOfASampleGoesBeforeMoreSeeds() {
    double byUser = 0.1 * 0.1;
    CrossedMean seen = new CrossedMean(0.0075, 3, 40, 1e-9, byUser / 40, 0);
    PairedDifference pair =
        new PairedDifference(seen, 0.2075, 0.2, seen.interval(0.95), seen.interval(0.95), 1, 1, 1);
    PowerNote all =
        PowerNote.of(pair, SETTINGS, 1, Standing.OPEN, false, pair.difference().interval(0.95));
    PowerNote sample =
        PowerNote.of(
            pair,
            SETTINGS.withRankable(4_000),
            1,
            Standing.OPEN,
            false,
            pair.difference().interval(0.95));
    assertThat(all.users()).isEmpty();
    assertThat(sample.users().getAsInt()).isBetween(400, 4_000);
    assertThat(sample.sentence())
        .contains("(40 now) would decide it; there are 4,000 to rank", "--users 0")
        .doesNotContain("seed");
  }

  /** Seeds leave so much open that no users close it, and the other way round. */
  @Test
  void namesBothWhereNeitherAloneWouldDo() {
    CrossedMean seen = new CrossedMean(0.01, 2, 50, 0.01 * 0.01 / 2, 0.05 * 0.05 / 50, 0);
    PairedDifference pair =
        new PairedDifference(seen, 0.21, 0.2, seen.interval(0.95), seen.interval(0.95), 1, 1, 1);
    PowerNote note = note(pair, 1, Standing.OPEN, false);
    assertThat(note.seeds()).isEmpty();
    assertThat(note.users()).isEmpty();
    assertThat(note.both().orElseThrow().seeds()).isGreaterThan(2);
    assertThat(note.sentence())
        .matches(
            "about \\d+ seeds \\(2 now\\) on about [\\d,]+ users \\(50 now\\) would decide it; more"
                + " of one alone would not");
  }

  /** Twenty seeds on ten times the users are far from enough: no number beyond them is named. */
  @Test
  void saysThatALogCannotDecideASmallDifferenceAndWhatIsKnown() {
    CrossedMean seen = new CrossedMean(0.0004, 2, 50, 0.002 * 0.002 / 2, 0.1 * 0.1 / 50, 0);
    PairedDifference pair =
        new PairedDifference(seen, 0.2004, 0.2, seen.interval(0.95), seen.interval(0.95), 1, 1, 1);
    PowerNote note = note(pair, 1, Standing.OPEN, false);
    assertThat(note.both()).isEmpty();
    assertThat(note.sentence())
        .startsWith(
            "this log cannot decide it, as small as the difference is beside how much seeds and"
                + " users vary: even 20 seeds (2 now) on about 500 users (50 now) would not"
                + " suffice; the interval rules out a loss of more than ")
        .endsWith(
            "a loss of more than %s and a gain of more than %s"
                .formatted(
                    Numbers.percent(-seen.interval(0.95).low() / 0.2),
                    Numbers.percent(seen.interval(0.95).high() / 0.2)));
    CrossedMean given = new CrossedMean(0.0004, 1, 50, 0, 0.1 * 0.1 / 50, 0);
    PairedDifference models =
        new PairedDifference(
            given, 0.2004, 0.2, given.interval(0.95), given.interval(0.95), 1, 1, 1);
    assertThat(note(models, 1, Standing.NOT_WORSE, true).sentence())
        .contains(
            "this log cannot tell whether it gains, as small as the difference is beside how much"
                + " users vary: even about 500 users (50 now)");
    // Where all could be lost for all that is known, a loss is not ruled out.
    assertThat(new PowerNote.Left(-1, 3, true).ruledOut())
        .isEqualTo("a gain of more than 300\u00a0%");
    assertThat(new PowerNote.Left(-1, 1, false).ruledOut()).isEqualTo("nothing");
    assertThat(new PowerNote.Left(-0.2, 0.1, false).ruledOut())
        .isEqualTo("a loss of more than 0.2000 and a gain of more than 0.1000");
  }

  @Test
  void saysWhereNoUserTellsTheTwoApart() {
    double[][] none = new double[2][30];
    assertThat(note(none, none)).startsWith("neither finds anything for any user");
    double[][] few = new double[2][30];
    few[0][4] = 1;
    few[1][9] = 1;
    assertThat(note(few, few))
        .isEqualTo(
            "the two are equal for every user and every seed; more of either would decide it");
  }

  private static String note(double[][] a, double[][] b) {
    return judge(List.of(PairedDifference.of(a, b, SETTINGS))).get(0).power().get().sentence();
  }

  /** How often a test of so many seeds calls the difference better. */
  private static double decided(
      int seeds, double difference, double bySeed, double byUser, double confidence) {
    UniformRandomProvider random = Streams.stream(3, "test.decided", seeds);
    int decided = 0;
    for (int trial = 0; trial < 1000; trial++) {
      double[][] values = new double[seeds][400];
      double[] users = new double[400];
      for (int user = 0; user < 400; user++) {
        users[user] = Math.sqrt(byUser) * CrossedMeanTest.gaussian(random);
      }
      for (double[] row : values) {
        double ofSeed = Math.sqrt(bySeed) * CrossedMeanTest.gaussian(random);
        for (int user = 0; user < 400; user++) {
          row[user] = difference + ofSeed + users[user];
        }
      }
      decided += CrossedMean.of(values).interval(confidence).low() > 0 ? 1 : 0;
    }
    return decided / 1000.0;
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
}
