package dev.twotower.eval.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.random.Streams;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class UserBootstrapTest {
  @Test
  void coversTheTrueHitRate() {
    // 200 users who each hit with chance 0.2: the interval should hold 0.2 in about 95 % of
    // samples.
    UniformRandomProvider random = Streams.stream(3, "test.hits");
    int covered = 0;
    for (int sample = 0; sample < 1000; sample++) {
      double[] hits = new double[200];
      Arrays.setAll(hits, user -> random.nextDouble() < 0.2 ? 1 : 0);
      if (UserBootstrap.intervals(new double[][] {hits}, 300, 0.95, sample)[0].contains(0.2)) {
        covered++;
      }
    }
    assertThat(covered / 1000.0).isBetween(0.92, 0.98);
  }

  @Test
  void hasTheWidthOfTheNormalIntervalOnManyUsers() {
    UniformRandomProvider random = Streams.stream(4, "test.width");
    double[] values = new double[5000];
    Arrays.setAll(values, user -> random.nextDouble());
    Interval interval = UserBootstrap.intervals(new double[][] {values}, 4000, 0.95, 1)[0];
    double expected = 2 * 1.96 * Math.sqrt(1 / 12.0 / 5000);
    assertThat(interval.high() - interval.low()).isCloseTo(expected, within(0.05 * expected));
  }

  @Test
  void leavesOutUsersWithoutAValue() {
    double nan = Double.NaN;
    Interval[] intervals =
        UserBootstrap.intervals(new double[][] {{1, nan, 1, nan}, {nan, nan, nan, nan}}, 50, .9, 0);
    assertThat(intervals[0]).isEqualTo(new Interval(1, 1));
    assertThat(intervals[1].low()).isNaN();
  }

  @Test
  void isSeeded() {
    double[][] values = {{1, 5, 2, 8, 3, 9, 4}};
    assertThat(UserBootstrap.intervals(values, 40, 0.95, 5))
        .isEqualTo(UserBootstrap.intervals(values, 40, 0.95, 5));
    assertThat(UserBootstrap.intervals(values, 40, 0.95, 5))
        .isNotEqualTo(UserBootstrap.intervals(values, 40, 0.95, 6));
  }
}
