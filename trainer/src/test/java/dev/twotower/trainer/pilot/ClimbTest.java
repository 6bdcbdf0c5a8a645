package dev.twotower.trainer.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ClimbTest {
  private static final double FACTOR = Math.sqrt(2);
  private static final int USERS = 400;

  /** Users of whom each has the same value. */
  private static Climb.Trial all(DoubleUnaryOperator value) {
    return at -> {
      double[] users = new double[USERS];
      Arrays.fill(users, value.applyAsDouble(at));
      return Optional.of(users);
    };
  }

  /** Of functions with one peak, the best of all steps from the start between the bounds. */
  @Test
  void withoutNoiseTheBestStepIsFound() throws Exception {
    Random random = new Random(1);
    for (int trial = 0; trial < 500; trial++) {
      double peak = 0.02 + 0.6 * random.nextDouble();
      double start = 0.08 + 0.22 * random.nextDouble();
      DoubleUnaryOperator value = at -> -Math.abs(Math.log(at / peak));
      Climb climb = new Climb(FACTOR, 0.04, 0.5, all(value));
      double found = climb.from(start).orElseThrow().value();
      double best = start;
      for (int step = -20; step <= 20; step++) {
        double other = start * Math.pow(FACTOR, step);
        boolean within = other >= 0.04 && other <= 0.5;
        best = within && value.applyAsDouble(other) > value.applyAsDouble(best) ? other : best;
      }
      assertThat(found).as("peak %s from %s", peak, start).isCloseTo(best, within(best));
      assertThat(climb.tried().size()).isLessThan(12);
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double value) {
    return org.assertj.core.data.Offset.offset(value * 1e-9);
  }

  @Test
  void whereTheStartIsBestOnlyItsNeighboursAreTried() throws Exception {
    Climb climb = new Climb(FACTOR, 0.04, 0.5, all(at -> -Math.abs(Math.log(at / 0.2))));
    assertThat(climb.from(0.2).orElseThrow().value()).isEqualTo(0.2);
    assertThat(climb.tried())
        .extracting(each -> Math.round(1000 * each.value()))
        .containsExactly(200L, 141L, 283L);
  }

  /**
   * A difference above twice its standard error comes by chance in one of 44 trials, on each side.
   */
  @Test
  void noiseAloneSeldomMovesIt() throws Exception {
    Random random = new Random(2);
    int moved = 0;
    for (int trial = 0; trial < 1000; trial++) {
      Climb climb =
          new Climb(
              FACTOR,
              0.04,
              0.5,
              at -> Optional.of(random.doubles(USERS).map(draw -> draw < 0.2 ? 1 : 0).toArray()));
      moved += climb.from(0.2).orElseThrow().value() == 0.2 ? 0 : 1;
    }
    assertThat(moved).isBetween(20, 80);
  }

  @Test
  void aStopEndsIt() throws Exception {
    for (int trials = 0; trials < 3; trials++) {
      List<Double> asked = new ArrayList<>();
      int allowed = trials;
      Climb climb =
          new Climb(
              FACTOR,
              0.04,
              0.5,
              at -> {
                asked.add(at);
                return asked.size() > allowed ? Optional.empty() : all(x -> 1).at(at);
              });
      assertThat(climb.from(0.2)).isEmpty();
      assertThat(asked).hasSize(trials + 1);
    }
  }

  @Test
  void aValueThatCannotBeHadEndsItsDirection() throws Exception {
    Climb climb =
        new Climb(
            FACTOR, 0.04, 0.5, at -> at < 0.2 ? Optional.of(new double[0]) : all(x -> x).at(at));
    assertThat(climb.from(0.2).orElseThrow().value()).isCloseTo(0.4, within(0.4));
    assertThat(climb.tried())
        .extracting(each -> each.users().length)
        .containsExactly(USERS, 0, USERS, USERS);
  }

  /** .3 times the root of two, twice, is a rounding above .6. */
  @Test
  void boundsAreTriedToo() throws Exception {
    Climb up = new Climb(FACTOR, 0.03, 0.6, all(at -> at));
    assertThat(up.from(0.3).orElseThrow().value()).isCloseTo(0.6, within(0.6));
    Climb down = new Climb(FACTOR, 0.075, 0.6, all(at -> -at));
    assertThat(down.from(0.3).orElseThrow().value()).isCloseTo(0.075, within(0.075));
  }

  @Test
  void usersOfWhomTheMetricSaysNothingDoNotCount() {
    double[] a = {1, 1, Double.NaN, 0.5};
    double[] b = {0, 0, 1, Double.NaN};
    assertThat(Climb.better(a, b)).isTrue();
    assertThat(Climb.better(b, a)).isFalse();
    assertThat(Climb.better(a, a)).isFalse();
    assertThat(Climb.better(new double[] {Double.NaN, 1}, new double[] {0, 0})).isFalse();
  }
}
