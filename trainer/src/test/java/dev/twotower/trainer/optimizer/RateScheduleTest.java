package dev.twotower.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.trainer.config.OptimizerConfig;
import dev.twotower.trainer.config.OptimizerConfig.Schedule;
import dev.twotower.trainer.config.RunConfig;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RateScheduleTest {
  private static OptimizerConfig config(String... settings) {
    return RunConfig.defaults().with("evaluation.patience=0").with(settings).optimizer();
  }

  @Test
  void isTheFormulaOnSmallNumbers() {
    // 10 rows in batches of 4: 3 batches an epoch, 4 epochs, so H = 12; W = 2, f = 0.2.
    RateSchedule linear =
        RateSchedule.of(
            config(
                "optimizer.schedule=linear",
                "optimizer.scheduleFloor=0.2",
                "optimizer.warmupSteps=2"),
            10,
            4,
            4,
            0);
    assertThat(linear.planned()).isEqualTo(12);
    assertThat(linear.at(0, 0)).isEqualTo(0.5);
    assertThat(linear.at(0, 1)).isEqualTo(1);
    assertThat(linear.at(0, 2)).isEqualTo(1);
    // s = 7: x = 5/10.
    assertThat(linear.at(2, 1)).isCloseTo(0.2 + 0.8 * 0.5, within(1e-15));
    // The last one, s = 11: x = 9/10.
    assertThat(linear.at(3, 2)).isCloseTo(0.2 + 0.8 * 0.1, within(1e-15));
    RateSchedule cosine =
        RateSchedule.of(config("optimizer.schedule=cosine"), 10, 4, 4, 0); // W = 0, f = 0
    assertThat(cosine.at(0, 0)).isEqualTo(1);
    // s = 3: x = 1/4; s = 6: x = 1/2; s = 9: x = 3/4.
    assertThat(cosine.at(1, 0)).isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-15));
    assertThat(cosine.at(2, 0)).isCloseTo(0.5, within(1e-15));
    assertThat(cosine.at(3, 0)).isCloseTo((1 - Math.sqrt(0.5)) / 2, within(1e-15));
  }

  @Test
  void maxStepsIsTheEndWhereItComesFirst() {
    OptimizerConfig linear = config("optimizer.schedule=linear");
    assertThat(RateSchedule.of(linear, 10, 4, 4, 8).planned()).isEqualTo(8);
    assertThat(RateSchedule.of(linear, 10, 4, 4, 800).planned()).isEqualTo(12);
    assertThat(RateSchedule.of(linear, 10, 4, 4, 8).at(1, 1)).isEqualTo(0.5);
  }

  /** Epochs of more batches than full ones would be must not shift what comes after them. */
  @Test
  void batchesBeyondThoseOfFullOnesShareTheLastPlace() {
    RateSchedule linear = RateSchedule.of(config("optimizer.schedule=linear"), 10, 4, 4, 0);
    assertThat(linear.at(1, 4)).isEqualTo(linear.at(1, 2));
    assertThat(linear.at(2, 0)).isLessThan(linear.at(1, 4));
    assertThat(linear.at(3, 99)).isPositive();
  }

  @Property
  void risesThenFallsBetweenItsEnds(
      @ForAll Schedule shape,
      @ForAll @DoubleRange(min = 0, max = 1) double floor,
      @ForAll @IntRange(min = 0, max = 19) int warmup,
      @ForAll @IntRange(min = 1, max = 7) int perEpoch,
      @ForAll @IntRange(min = 20, max = 90) int planned) {
    RateSchedule schedule = new RateSchedule(shape, floor, warmup, perEpoch, planned);
    double before = 0;
    for (int step = 0; step < planned; step++) {
      double factor = schedule.at(step / perEpoch, step % perEpoch);
      assertThat(factor).isPositive().isLessThanOrEqualTo(1);
      if (step < warmup) {
        assertThat(factor).isGreaterThan(before).isGreaterThan(0);
      } else if (step > warmup) {
        assertThat(factor).isLessThanOrEqualTo(before).isGreaterThanOrEqualTo(floor);
        assertThat(factor < before).isEqualTo(shape != Schedule.CONSTANT && floor < 1);
      } else {
        assertThat(factor).isEqualTo(1);
      }
      before = factor;
    }
    double end = schedule.at(planned, 0);
    assertThat(end).isCloseTo(shape == Schedule.CONSTANT ? 1 : floor, within(1e-15));
  }
}
