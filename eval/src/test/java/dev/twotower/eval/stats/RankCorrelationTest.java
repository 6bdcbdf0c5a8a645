package dev.twotower.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RankCorrelationTest {
  @Test
  void ranksOfEqualValuesAreShared() {
    // Ranks of a: 1, 2.5, 2.5, 4; of b: 1, 2, 3, 4. Means 2.5, so the products of differences sum
    // to
    // 2.25 + 0 + 0 + 2.25 = 4.5, the squares to 4.5 and 5.
    double[] a = {1, 5, 5, 9};
    double[] b = {10, 20, 30, 40};
    assertThat(RankCorrelation.of(a, b)).isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
  }

  @Test
  void onlyTheOrderCounts() {
    double[] a = {1, 2, 3, 4};
    assertThat(RankCorrelation.of(a, new double[] {-100, 0, 1, 1e9})).isEqualTo(1);
    assertThat(RankCorrelation.of(a, new double[] {3, 2, 1, 0})).isEqualTo(-1);
    assertThat(RankCorrelation.of(a, new double[] {7, 7, 7, 7})).isZero();
  }
}
