package dev.twotower.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.trainer.config.RunConfig;
import org.junit.jupiter.api.Test;

class TemperatureTest {
  private static Temperature temperature(double start, boolean learned, double rate) {
    RunConfig config =
        RunConfig.defaults().with("loss.temperature=" + start, "loss.learnTemperature=" + learned);
    return new Temperature(config.loss(), rate);
  }

  /** Adam on z = log(1/tau), whose gradient is dL/d(1/tau) / tau. */
  @Test
  void threeStepsAreThoseOfTheFormulas() {
    Temperature temperature = temperature(0.5, true, 0.1);
    double[] inverseGradients = {0.3, -1.2, 0.05};
    double z = Math.log(2);
    double mean = 0;
    double variance = 0;
    for (int step = 1; step <= 3; step++) {
      double gradient = inverseGradients[step - 1] * Math.exp(z);
      assertThat(temperature.gradient(inverseGradients[step - 1]))
          .isCloseTo(gradient, within(1e-12));
      double factor = step == 2 ? 0.5 : 1;
      temperature.update(inverseGradients[step - 1], factor);
      mean = 0.9 * mean + 0.1 * gradient;
      variance = 0.999 * variance + 0.001 * gradient * gradient;
      double first = mean / (1 - Math.pow(0.9, step));
      double second = variance / (1 - Math.pow(0.999, step));
      z -= factor * 0.1 * first / (Math.sqrt(second) + 1e-8);
      assertThat((double) temperature.value()).isCloseTo(Math.exp(-z), within(1e-7));
    }
  }

  @Test
  void isKeptFromFallingBelowAHundredth() {
    Temperature temperature = temperature(0.011, true, 1);
    temperature.update(-1, 1);
    assertThat((double) temperature.value()).isCloseTo(0.01, within(1e-8));
  }

  @Test
  void aFixedOneHasNoGradientAndStays() {
    Temperature temperature = temperature(0.5, false, 0.1);
    temperature.update(5, 1);
    assertThat(temperature.gradient(5)).isZero();
    assertThat(temperature.value()).isEqualTo(0.5f);
  }
}
