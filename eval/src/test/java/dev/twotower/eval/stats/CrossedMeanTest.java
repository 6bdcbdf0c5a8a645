package dev.twotower.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.random.Streams;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class CrossedMeanTest {
  private static final int TABLES = 1500;

  /** Columns: seeds, variance of the mean due to seeds, to users, to their interaction. */
  @ParameterizedTest
  @CsvSource({
    "3, 0, 1, 1",
    "3, 1, 1, 0.01",
    "3, 3, 1, 1",
    "3, 1, 0.3, 1",
    "5, 0.3, 1, 1",
    "5, 1, 1, 1",
    "5, 1, 0, 0.01",
    "10, 0, 0, 1",
    "10, 1, 1, 1"
  })
  void intervalCoversTheTruthAsOftenAsItSays(
      int seeds, double bySeed, double byUser, double byCell) {
    int users = 150;
    UniformRandomProvider random = Streams.stream(1, "test.coverage", seeds);
    int covered = 0;
    for (int table = 0; table < TABLES; table++) {
      double[][] values =
          crossed(
              random,
              seeds,
              users,
              Math.sqrt(bySeed * seeds),
              Math.sqrt(byUser * users),
              Math.sqrt(byCell * seeds * users));
      if (CrossedMean.of(values).interval(0.95).contains(0)) {
        covered++;
      }
    }
    assertThat(covered / (double) TABLES).isBetween(0.92, 0.995);
  }

  @Test
  void anIntervalOverUsersAloneIsTooNarrowForTheRecipe() {
    // With seeds as large a source of variation as users, ignoring them loses coverage.
    UniformRandomProvider random = Streams.stream(1, "test.usersOnly");
    int covered = 0;
    for (int table = 0; table < 500; table++) {
      double[][] values = crossed(random, 5, 100, Math.sqrt(5), 10, 0.1);
      double[] means = new double[100];
      for (double[] seed : values) {
        for (int user = 0; user < 100; user++) {
          means[user] += seed[user] / 5;
        }
      }
      if (UserBootstrap.intervals(new double[][] {means}, 200, 0.95, table)[0].contains(0)) {
        covered++;
      }
    }
    assertThat(covered / 500.0).isLessThan(0.88);
  }

  @Test
  void agreesWithTheTestOnSeedMeansWhereUsersDoNotDiffer() {
    // Every user scores the same, so only the seeds vary: means 1, 2, 3, s = 1, error 1/sqrt(3).
    double[][] values = {{1, 1, 1, 1}, {2, 2, 2, 2}, {3, 3, 3, 3}};
    CrossedMean mean = CrossedMean.of(values);
    assertThat(mean.estimate()).isEqualTo(2);
    assertThat(mean.standardError()).isCloseTo(1 / Math.sqrt(3), within(1e-12));
    // Student's t with 2 degrees of freedom: 4.3027 at 97.5 %.
    assertThat(mean.interval(0.95).high()).isCloseTo(2 + 4.302653 / Math.sqrt(3), within(1e-5));
  }

  @Test
  void oneSeedGivesTheIntervalOverUsers() {
    CrossedMean mean = CrossedMean.of(new double[][] {{1, 2, 3, 4}});
    assertThat(mean.standardError()).isCloseTo(Math.sqrt(5 / 3.0 / 4), within(1e-12));
    // Student's t with 3 degrees of freedom: 3.1824 at 97.5 %.
    assertThat((mean.interval(0.95).high() - mean.estimate()) / mean.standardError())
        .isCloseTo(3.182446, within(1e-5));
  }

  @Test
  void noVariationGivesAPointAndCertainty() {
    CrossedMean zero = CrossedMean.of(new double[2][3]);
    assertThat(zero.interval(0.95)).isEqualTo(new Interval(0, 0));
    assertThat(zero.pDifferent()).isEqualTo(1);
    CrossedMean one = CrossedMean.of(new double[][] {{1, 1}, {1, 1}});
    assertThat(one.pDifferent()).isEqualTo(0);
    assertThat(one.pBelow()).isEqualTo(1);
  }

  @Test
  void refusesTablesItCannotAnalyse() {
    assertThatThrownBy(() -> CrossedMean.of(new double[][] {{1}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 users");
    assertThatThrownBy(() -> CrossedMean.of(new double[][] {{1, 2}, {1, 2, 3}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same users");
    assertThatThrownBy(() -> CrossedMean.of(new double[][] {{1, Double.NaN}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("finite");
  }

  private static double[][] crossed(
      UniformRandomProvider random,
      int seeds,
      int users,
      double seedSpread,
      double userSpread,
      double cellSpread) {
    double[] ofUser = new double[users];
    for (int user = 0; user < users; user++) {
      ofUser[user] = userSpread * gaussian(random);
    }
    double[][] values = new double[seeds][users];
    for (double[] row : values) {
      double ofSeed = seedSpread * gaussian(random);
      for (int user = 0; user < users; user++) {
        row[user] = ofSeed + ofUser[user] + cellSpread * gaussian(random);
      }
    }
    return values;
  }

  /** Box and Muller 1958. */
  public static double gaussian(UniformRandomProvider random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
