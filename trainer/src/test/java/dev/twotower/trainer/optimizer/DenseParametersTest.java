package dev.twotower.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenseParametersTest {
  private static final double RATE = 0.05;

  /** What a schedule multiplies the rate by, step by step. */
  private static final double[] FACTORS = {0.25, 1, 0.5};

  private static final float[][] GRADIENTS = {{1, -0.5f, 2}, {0.25f, 3, -1}, {-2, 0.125f, 0.5f}};

  private static Parameter parameter(NDManager manager, String name, Shape shape) {
    Parameter parameter =
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.OTHER)
            .optShape(shape)
            .optInitializer(Initializer.ONES)
            .build();
    parameter.initialize(manager, DataType.FLOAT32);
    return parameter;
  }

  /**
   * Loshchilov and Hutter 2019, algorithm 2: {@code w = (1 - lr decay) w - lr m/(1-0.9^t) /
   * (sqrt(v/(1-0.999^t)) + 1e-8)}.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3})
  void threeStepsAreThoseOfTheFormulas(double decay) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, Parameter> parameters = new LinkedHashMap<>();
      parameters.put("a", parameter(manager, "a", new Shape(2)));
      parameters.put("b", parameter(manager, "b", new Shape(1)));
      DenseParameters dense = new DenseParameters(manager, parameters, RATE, decay);
      double[] weight = {1, 1, 1};
      double[] mean = new double[3];
      double[] variance = new double[3];
      for (int step = 1; step <= 3; step++) {
        float[] gradient = GRADIENTS[step - 1];
        dense.scaledUpdate(manager.create(gradient), FACTORS[step - 1]);
        double rate = RATE * FACTORS[step - 1];
        NDArray now = dense.weights();
        for (int i = 0; i < 3; i++) {
          mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
          variance[i] = 0.999 * variance[i] + 0.001 * gradient[i] * gradient[i];
          double first = mean[i] / (1 - Math.pow(0.9, step));
          double second = variance[i] / (1 - Math.pow(0.999, step));
          weight[i] = (1 - rate * decay) * weight[i] - rate * first / (Math.sqrt(second) + 1e-8);
          assertThat((double) now.getFloat(i))
              .as("weight %d after step %d", i, step)
              .isCloseTo(weight[i], within(2e-6));
        }
      }
      assertThat(dense.steps()).isEqualTo(3);
      // The parameters are views of the flat array.
      assertThat(parameters.get("b").getArray().getFloat(0)).isEqualTo(dense.weights().getFloat(2));
    }
  }
}
