package dev.twotower.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.random.Streams;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** Seeds whose means are equal to the last digit, as those of metrics that count hits can be. */
class TiedSeedsTest {
  private static final int USERS = 200;
  private static final double CONFIDENCE = 0.95;

  /** One seed finds the first users' items, the other as many of others. */
  private static double[][] tied(int hits) {
    double[][] differences = new double[2][USERS];
    Arrays.fill(differences[0], 0, hits, 1);
    Arrays.fill(differences[1], hits, 2 * hits, 1);
    return differences;
  }

  @Test
  void aTieIsNoCertainty() {
    CrossedMean mean = CrossedMean.of(tied(9));
    assertThat(mean.estimate()).isEqualTo(0.045);
    Interval both = mean.interval(CONFIDENCE);
    double ofUsers =
        Math.sqrt(mean.userSquare()) * new StudentQuantile(USERS - 1.0).at((1 - CONFIDENCE) / 2);
    assertThat(both.high() - both.low()).isGreaterThan(2 * ofUsers);
    // At the level of one of 59 pairs nothing is told from 0.
    assertThat(mean.interval(1 - 0.05 / 59).low()).isNegative();
    assertThat(mean.pDifferent()).isGreaterThan(0.05 / 59);
  }

  @Test
  void armsThatAreTheSameEverywhereDoNotDiffer() {
    CrossedMean mean = CrossedMean.of(new double[2][USERS]);
    assertThat(mean.interval(CONFIDENCE)).isEqualTo(new Interval(0, 0));
  }

  /**
   * Two equal arms of two seeds, one item to find for each user: told apart in less than 6 % of
   * reports at a level of 5 %, in less than 0.3 % at 0.085 %. An interval of no width where the
   * seeds tie would tell ties apart at any level.
   */
  @Test
  void equalArmsThatCountHitsAreRarelyToldApartThoughTheirSeedsTie() {
    UniformRandomProvider random = Streams.stream(5, "test.ties");
    int reports = 4_000;
    int apart = 0;
    int surely = 0;
    for (int report = 0; report < reports; report++) {
      double[][] differences = new double[2][USERS];
      for (double[] seed : differences) {
        for (int user = 0; user < USERS; user++) {
          int first = hit(random);
          seed[user] = first - hit(random);
        }
      }
      double p = CrossedMean.of(differences).pDifferent();
      apart += p < 0.05 ? 1 : 0;
      surely += p < 0.05 / 59 ? 1 : 0;
    }
    assertThat((double) apart / reports).as("at 5 %%").isLessThan(0.06);
    assertThat((double) surely / reports).as("at 5 %%/59").isLessThan(0.003);
  }

  private static int hit(UniformRandomProvider random) {
    return random.nextInt(10) < 3 ? 1 : 0;
  }

  /**
   * Both seeds of a find as many more than those of b: a tie of the difference, though not of the
   * forms of the one-sided tests. At most as sure as the difference itself, whose margin is small.
   */
  @Test
  void aTieIsNoCertaintyForTheTestsOfEquivalenceEither() {
    double[][] a = hits(40, 0, 36, 20);
    double[][] b = hits(35, 10, 31, 45);
    PairedDifference pair = PairedDifference.of(a, b, ComparisonSettings.defaults());
    assertThat(pair.difference().estimate()).isCloseTo(0.025, within(1e-12));
    assertThat(pair.difference().seedSquare()).isLessThan(1e-20);
    assertThat(pair.pNotWorse()).isBetween(0.5 * pair.difference().pAbove(), 0.5);
    assertThat(pair.pNotWorse()).isGreaterThan(0.05 / 59);
    assertThat(pair.pEquivalent()).isGreaterThan(0.05);
  }

  private static double[][] hits(int first, int from, int second, int start) {
    double[][] values = new double[2][USERS];
    Arrays.fill(values[0], from, from + first, 1);
    Arrays.fill(values[1], start, start + second, 1);
    return values;
  }
}
