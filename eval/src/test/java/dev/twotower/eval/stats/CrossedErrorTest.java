package dev.twotower.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossedErrorTest {
  private static final double[] TAILS = {1e-9, 1e-4, 0.005, 0.025, 0.2, 0.4, 0.45, 0.5};

  @ParameterizedTest
  @ValueSource(doubles = {1, 2, 3, 4, 9, 30, 5000})
  void quantilesAreStudents(double freedom) {
    for (double tail : TAILS) {
      double value = new StudentQuantile(freedom).at(tail);
      assertThat(TDistribution.of(freedom).survivalProbability(value))
          .isCloseTo(tail, within(1e-9 * tail + 1e-15));
    }
  }

  @Test
  void tailAndQuantileAreInverseAndTheQuantileGrowsWithTheShareOfTheFew() {
    for (double freedom : new double[] {1, 2, 4}) {
      for (double tail : TAILS) {
        double before = 0;
        for (double few : new double[] {0, 0.01, 0.1, 0.5, 1, 3, 100}) {
          CrossedError error = new CrossedError(few, 1, freedom, 200);
          double value = error.quantile(tail);
          assertThat(value).isGreaterThanOrEqualTo(before);
          assertThat(error.tail(value)).isCloseTo(tail, within(1e-6 * tail));
          assertThat(error.tail(-value)).isCloseTo(1 - tail, within(1e-6));
          before = value;
        }
      }
    }
  }

  @Test
  void onePartAloneIsStudents() {
    // Student's t at 97.5 %: 4.302653 with 2 freedoms, 1.971957 with 200.
    assertThat(new CrossedError(1, 0, 2, 200).quantile(0.025)).isCloseTo(4.302653, within(1e-5));
    assertThat(new CrossedError(0, 1, 2, 200).quantile(0.025)).isCloseTo(1.971896, within(1e-5));
  }
}
