package dev.twotower.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.random.Streams;
import dev.twotower.eval.comparison.JudgedPair;
import dev.twotower.eval.comparison.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.SharedStateContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often five equal arms are told apart, by the classes that judge a report. A longer run with
 * the table of rates: {@code -Dtwotower.reports.simulated=10000 -Dtwotower.users.simulated=300}.
 */
class CrossedLevelTest {
  private static final int REPORTS = Integer.getInteger("twotower.reports.simulated", 250);
  private static final int USERS = Integer.getInteger("twotower.users.simulated", 60);
  private static final ComparisonSettings SETTINGS =
      new ComparisonSettings(0.05, 0.01, 1, 0.8, 0, 0);

  /** Shares of the variance of a difference that seeds, users, and both together make. */
  @ParameterizedTest
  @CsvSource({
    "2, 0.8, 0.1, 0.1",
    "2, 0.1, 0.8, 0.1",
    "2, 0.3, 0.3, 0.4",
    "3, 0.8, 0.1, 0.1",
    "3, 0.1, 0.8, 0.1",
    "3, 0.3, 0.3, 0.4",
    "5, 0.8, 0.1, 0.1",
    "5, 0.1, 0.8, 0.1",
    "5, 0.3, 0.3, 0.4"
  })
  void equalArmsAreToldApartAsRarelyAsTheLevelSays(
      int seeds, double bySeed, double byUser, double byCell) {
    UniformRandomProvider random = Streams.stream(7, "test.level", seeds);
    SharedStateContinuousSampler normal = ZigguratSampler.NormalizedGaussian.of(random);
    int plain = 0;
    int holm = 0;
    int tests = 0;
    int reports = 0;
    for (int report = 0; report < REPORTS; report++) {
      List<double[][]> arms = new ArrayList<>();
      List<PairedDifference.Places> places = new ArrayList<>();
      for (int arm = 0; arm < 5; arm++) {
        arms.add(
            table(
                normal,
                seeds,
                Math.sqrt(bySeed * seeds / 2),
                Math.sqrt(byUser * USERS / 2),
                Math.sqrt(byCell * seeds * USERS / 2)));
        if (arm > 0) {
          places.add(new PairedDifference.Places(arm, 0));
        }
      }
      boolean wrong = false;
      for (JudgedPair pair :
          JudgedPair.judge(PairedDifference.all(arms, places, SETTINGS), SETTINGS)) {
        tests++;
        plain += pair.pair().pDifferent() <= 0.05 ? 1 : 0;
        holm += pair.pair().pDifferent() <= 0.0125 ? 1 : 0;
        wrong |= pair.verdict() == Verdict.BETTER || pair.verdict() == Verdict.WORSE;
        boolean outside = !pair.corrected().contains(0);
        assertThat(outside)
            .as("%s beside %s", pair.verdict(), pair.corrected())
            .isEqualTo(pair.verdict() == Verdict.BETTER || pair.verdict() == Verdict.WORSE);
      }
      reports += wrong ? 1 : 0;
    }
    if (System.getProperty("twotower.reports.simulated") != null) {
      System.out.printf(
          Locale.ROOT,
          "%d seeds, mix (%.1f %.1f %.1f): 5 %% tests reject %.2f %%, 1.25 %% tests %.2f %%, some"
              + " false verdict in %.2f %% of %d reports%n",
          seeds,
          bySeed,
          byUser,
          byCell,
          100.0 * plain / tests,
          100.0 * holm / tests,
          100.0 * reports / REPORTS,
          REPORTS);
    }
    // Four pairs of a report share the reference, so they count for less than four; 3 deviations.
    double slack = 3 * Math.sqrt(0.05 * 0.95 / (2.0 * REPORTS));
    assertThat((double) plain / tests).isBetween(0.035 - slack, 0.06 + slack);
    assertThat((double) reports / REPORTS).isLessThan(0.06 + 3 * Math.sqrt(0.06 / REPORTS));
  }

  private static double[][] table(
      SharedStateContinuousSampler normal, int seeds, double ofSeed, double ofUser, double ofCell) {
    double[] users = new double[USERS];
    for (int user = 0; user < USERS; user++) {
      // Means far from 0, so that the margin of equivalence is far from the differences.
      users[user] = ofUser * normal.sample();
    }
    double[][] values = new double[seeds][USERS];
    for (double[] row : values) {
      double seed = ofSeed * normal.sample();
      for (int user = 0; user < USERS; user++) {
        row[user] = seed + users[user] + ofCell * normal.sample();
      }
    }
    return values;
  }
}
