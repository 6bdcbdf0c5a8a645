package dev.twotower.trainer.serving.onnx;

import ai.djl.ndarray.NDArray;
import dev.twotower.trainer.config.HistoryConfig;
import dev.twotower.trainer.tower.Feature;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The transformer that pools a history, as nodes of a graph; its formulas are those of the tower
 * (theory in the package of towers).
 */
final class TransformerNodes {
  private static final float CLOSED = -1e9f;
  private static final float EPSILON = 1e-5f;

  private final OnnxGraph graph;
  private final HistoryConfig history;
  private final int width;
  private final Function<String, NDArray> parameters;

  /**
   * @param parameters arrays of the pooling by their names in it
   */
  TransformerNodes(OnnxGraph graph, Feature feature, Function<String, NDArray> parameters) {
    this.graph = graph;
    this.history = feature.transformer().orElseThrow();
    this.width = feature.width();
    this.parameters = parameters;
  }

  /**
   * The pooled history, (n, width).
   *
   * @param vectors of the places, (n, length, width)
   * @param used 1 where a place holds an item and 0 elsewhere, (n, length)
   * @param mean of the vectors with weights, given vectors of places: (n, width)
   * @param codes of the places, (n, length) each, by the parameter that has a vector for each code
   */
  String pool(
      String vectors, String used, Function<String, String> mean, Map<String, String> codes) {
    String x = graph.node("Add", vectors, floats("positions"));
    for (Map.Entry<String, String> each : codes.entrySet()) {
      x = graph.node("Add", x, graph.node("Gather", floats(each.getKey()), each.getValue()));
    }
    String missing = graph.node("Sub", graph.number(1), used);
    String unused =
        graph.node(
            "Unsqueeze", graph.node("Mul", missing, graph.number(CLOSED)), graph.integers(1, 2));
    String closed = history.layers() > 1 ? graph.node("Add", unused, newer()) : unused;
    for (int layer = 1; layer < history.layers(); layer++) {
      String normal = normal(layer, "attention", x);
      x = layer(layer, x, normal, normal, closed);
    }
    String base = graph.node("Unsqueeze", mean.apply(x), graph.integers(1));
    String normal = normal(history.layers(), "attention", x);
    String newest = layer(history.layers(), base, newest(normal), normal, unused);
    String row = graph.node("Reshape", newest, graph.integers(0, width));
    return graph.node("Mul", row, newest(used));
  }

  /** Place 0 of (n, length, ..), which stays a dimension of 1. */
  private String newest(String places) {
    return graph.node("Gather", Map.of("axis", 1L), places, graph.integers(0));
  }

  private String layer(int layer, String base, String asking, String seen, String closed) {
    String queries = heads(linear(layer, "query", asking), 0, 2, 1, 3);
    String keys = heads(linear(layer, "key", seen), 0, 2, 3, 1);
    String values = heads(linear(layer, "value", seen), 0, 2, 1, 3);
    float scale = (float) (1 / Math.sqrt((double) width / history.heads()));
    String scores = graph.node("Mul", graph.node("MatMul", queries, keys), graph.number(scale));
    String shares = graph.node("Softmax", Map.of("axis", 3L), graph.node("Add", scores, closed));
    String byPlace = transposed(graph.node("MatMul", shares, values), 0, 2, 1, 3);
    String read = graph.node("Reshape", byPlace, graph.integers(0, 0, width));
    String attended = graph.node("Add", base, linear(layer, "output", read));
    String inner =
        graph.node(
            "Add",
            linear(layer, "inner", normal(layer, "inner", attended)),
            floats(name(layer, "innerBias")));
    String outer =
        graph.node(
            "Add",
            linear(layer, "outer", graph.node("Relu", inner)),
            floats(name(layer, "outerBias")));
    return graph.node("Add", attended, outer);
  }

  /** From (n, places, width) to (n, places, heads, width / heads), in another order. */
  private String heads(String rows, long... order) {
    long head = width / history.heads();
    return transposed(
        graph.node("Reshape", rows, graph.integers(0, 0, history.heads(), head)), order);
  }

  private String transposed(String array, long... order) {
    List<Long> perm = Arrays.stream(order).boxed().toList();
    return graph.node("Transpose", Map.of("perm", perm), array);
  }

  private String normal(int layer, String part, String rows) {
    return graph.node(
        "LayerNormalization",
        Map.of("axis", -1L, "epsilon", EPSILON),
        rows,
        floats(name(layer, part + "Scale")),
        floats(name(layer, part + "Shift")));
  }

  private String linear(int layer, String part, String rows) {
    float[] matrix = parameters.apply(name(layer, part)).toFloatArray();
    float[] across = new float[matrix.length];
    for (int row = 0; row < width; row++) {
      for (int column = 0; column < width; column++) {
        across[column * width + row] = matrix[row * width + column];
      }
    }
    return graph.node("MatMul", rows, graph.floats(across, width, width));
  }

  /** Keeps a place, a row, from those that are newer. */
  private String newer() {
    int length = history.length();
    float[] closed = new float[length * length];
    for (int place = 0; place < length; place++) {
      for (int other = 0; other < place; other++) {
        closed[place * length + other] = CLOSED;
      }
    }
    return graph.floats(closed, 1, 1, length, length);
  }

  private static String name(int layer, String part) {
    return "%02dlayer_%s".formatted(layer, part);
  }

  private String floats(String name) {
    NDArray array = parameters.apply(name);
    return graph.floats(array.toFloatArray(), array.getShape().getShape());
  }
}
