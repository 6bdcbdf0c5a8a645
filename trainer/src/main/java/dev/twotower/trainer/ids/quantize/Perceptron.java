package dev.twotower.trainer.ids.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import dev.twotower.trainer.tensor.ArrayMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A linear map and, in parallel, linear layers with ReLU between them; the two outputs are added.
 * The last layer starts at 0, so that training starts from the linear map (as residual blocks do,
 * Goyal et al. 2017, arXiv 1706.02677).
 */
final class Perceptron {
  private final Linear shortcut;
  private final List<Linear> layers = new ArrayList<>();

  /**
   * Layers of the given widths, initialised from the engine's seed.
   *
   * @param hidden widths of the layers between
   */
  Perceptron(NDManager manager, int input, List<Integer> hidden, int output) {
    shortcut = layer(manager, input, output, false);
    int width = input;
    for (int units : hidden) {
      layers.add(layer(manager, width, units, true));
      width = units;
    }
    layers.add(layer(manager, width, output, true));
    layers.get(layers.size() - 1).getParameters().get("weight").getArray().muli(0);
  }

  /** Sets the linear map; of more rows than there are outputs the first. */
  void startFrom(float[][] map) {
    ArrayMatrix weight = new ArrayMatrix("", shortcut.getParameters().get("weight").getArray());
    for (int row = 0; row < weight.rows(); row++) {
      weight.write(row, row < map.length ? map[row] : new float[weight.dimension()]);
    }
  }

  private static Linear layer(NDManager manager, int input, int output, boolean bias) {
    Linear layer = Linear.builder().setUnits(output).optBias(bias).build();
    layer.initialize(manager, DataType.FLOAT32, new Shape(1, input));
    return layer;
  }

  /**
   * Parameters by the names {@code PREFIX.shortcut.weight} (outputs x inputs), {@code
   * PREFIX.LAYER.weight} and {@code PREFIX.LAYER.bias}.
   */
  Map<String, Parameter> parameters(String prefix) {
    Map<String, Parameter> named = new LinkedHashMap<>();
    named.put(prefix + ".shortcut.weight", shortcut.getParameters().get("weight"));
    for (int i = 0; i < layers.size(); i++) {
      named.put(prefix + "." + i + ".weight", layers.get(i).getParameters().get("weight"));
      named.put(prefix + "." + i + ".bias", layers.get(i).getParameters().get("bias"));
    }
    return named;
  }

  /** The outputs for n inputs. */
  NDArray forward(NDArray inputs) {
    NDArray current = inputs;
    for (int i = 0; i < layers.size(); i++) {
      current = i == 0 ? current : Activation.relu(current);
      current = apply(layers.get(i), current);
    }
    return current.add(apply(shortcut, inputs));
  }

  private static NDArray apply(Linear layer, NDArray inputs) {
    NDArray weight = layer.getParameters().get("weight").getArray();
    return layer.getParameters().contains("bias")
        ? Linear.linear(inputs, weight, layer.getParameters().get("bias").getArray())
            .singletonOrThrow()
        : Linear.linear(inputs, weight).singletonOrThrow();
  }
}
