package dev.twotower.trainer.serving.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.tower.Feature;
import dev.twotower.trainer.tower.Tower;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One tower with a built-in head as an ONNX graph; its formulas are those of {@link Tower}. */
final class TowerGraph {
  private static final float NORM_EPSILON = 1e-12f;
  private static final float LAYER_NORM_EPSILON = 1e-5f;
  private static final float UNUSED = -1e9f;
  private static final String ROWS = "n";
  private static final String OUTPUT = "vector";

  private final TwoTowerModel model;
  private final String side;
  private final List<Integer> hidden;
  private final OnnxGraph graph;

  private TowerGraph(TwoTowerModel model, String side, List<Integer> hidden) {
    this.model = model;
    this.side = side;
    this.hidden = hidden;
    this.graph = new OnnxGraph(side + "-tower");
  }

  static OnnxGraph ofUsers(TwoTowerModel model) {
    return new TowerGraph(model, "user", model.config().user().hidden()).build(model.users());
  }

  static OnnxGraph ofItems(TwoTowerModel model) {
    return new TowerGraph(model, "item", model.config().item().hidden()).build(model.items());
  }

  private OnnxGraph build(Tower tower) {
    List<String> arrays = new ArrayList<>();
    for (Feature feature : tower.features()) {
      arrays.add(array(tower, feature));
    }
    String raw = head(tower, arrays);
    String length = graph.node("ReduceL2", Map.of("axes", List.of(1L), "keepdims", 1L), raw);
    String unit = graph.node("Div", raw, graph.node("Max", length, graph.number(NORM_EPSILON)));
    graph.output(unit, OUTPUT, ROWS, model.config().dim());
    return graph;
  }

  private String array(Tower tower, Feature feature) {
    return switch (feature.source()) {
      case ID, CODE -> graph.node("Gather", table(feature), input(feature, DataType.INT64));
      case CODES, HISTORY_MEAN -> {
        String places = bag(feature);
        String shares = shares(used(places));
        yield weighted(graph.node("Gather", table(feature), places), shares);
      }
      case HISTORY_ATTENTION -> {
        String places = bag(feature);
        String used = graph.node("Unsqueeze", used(places), graph.integers(2));
        String vectors = graph.node("Gather", table(feature), places);
        NDArray query = parameter(tower, side + "." + feature.name() + ".query").getArray();
        float[] scaled = query.toFloatArray();
        for (int i = 0; i < scaled.length; i++) {
          scaled[i] *= (float) (1 / Math.sqrt(scaled.length));
        }
        String scores = graph.node("MatMul", vectors, graph.floats(scaled, scaled.length, 1));
        String closed = graph.node("Sub", graph.number(1), used);
        String open = graph.node("Add", scores, graph.node("Mul", closed, graph.number(UNUSED)));
        String weights = graph.node("Softmax", Map.of("axis", 1L), open);
        yield sum(graph.node("Mul", vectors, graph.node("Mul", weights, used)), 1, false);
      }
      case HISTORY_TRANSFORMER -> {
        int length = feature.length();
        String places = input(feature, DataType.INT64, length);
        String used = used(places);
        Map<String, String> codes = new LinkedHashMap<>();
        for (String read : feature.codesOfPlaces()) {
          String name = feature.name() + "_" + read;
          codes.put(read, graph.input(name, DataType.INT64, ROWS, length));
        }
        TransformerNodes nodes =
            new TransformerNodes(
                graph,
                feature,
                name -> parameter(tower, side + "." + feature.name() + "." + name).getArray());
        String vectors = graph.node("Gather", table(feature), places);
        yield nodes.pool(vectors, used, x -> weighted(x, shares(used)), codes);
      }
      case NUMBER -> number(feature);
      case VECTOR -> input(feature, DataType.FLOAT, feature.width());
    };
  }

  private String bag(Feature feature) {
    return input(feature, DataType.INT64, feature.name() + "_length");
  }

  /** The feature's input, of its name; no two things in a graph may share one. */
  private String input(Feature feature, DataType type, Object... dimensions) {
    String name = feature.name().equals(OUTPUT) ? OUTPUT + "_input" : feature.name();
    List<Object> all = new ArrayList<>(List.of(ROWS));
    all.addAll(List.of(dimensions));
    return graph.input(name, type, all.toArray());
  }

  /** 1 where a place of a bag is filled; -1 elsewhere reads the last row, which then weighs 0. */
  private String used(String places) {
    String filled = graph.node("GreaterOrEqual", places, graph.integers(0));
    return graph.node("Cast", Map.of("to", (long) DataType.FLOAT.getNumber()), filled);
  }

  /** Equal shares of the places that are used. */
  private String shares(String used) {
    return graph.node("Div", used, graph.node("Max", sum(used, 1, true), graph.number(1)));
  }

  private String weighted(String vectors, String weights) {
    return sum(
        graph.node("Mul", vectors, graph.node("Unsqueeze", weights, graph.integers(2))), 1, false);
  }

  private String sum(String values, long axis, boolean keep) {
    return graph.node(
        "ReduceSum", Map.of("keepdims", keep ? 1L : 0L), values, graph.integers(axis));
  }

  private String number(Feature feature) {
    float[] standard = model.sources().standards().get(side + "." + feature.name());
    String value = input(feature, DataType.FLOAT);
    String missing = graph.node("IsNaN", value);
    String centred = graph.node("Sub", value, graph.number(standard[0]));
    String scaled = graph.node("Mul", centred, graph.number(standard[1]));
    String known = graph.node("Where", missing, graph.number(0), scaled);
    String flag = graph.node("Cast", Map.of("to", (long) DataType.FLOAT.getNumber()), missing);
    String column = graph.integers(1);
    return graph.node(
        "Concat",
        Map.of("axis", 1L),
        graph.node("Unsqueeze", known, column),
        graph.node("Unsqueeze", flag, column));
  }

  private String head(Tower tower, List<String> arrays) {
    Iterator<Parameter> parameters =
        tower.parameters().entrySet().stream()
            .filter(entry -> !entry.getKey().startsWith(side + ".history."))
            .map(Map.Entry::getValue)
            .iterator();
    if (!parameters.hasNext()) {
      return arrays.size() == 1 ? arrays.get(0) : graph.node("Sum", arrays.toArray(String[]::new));
    }
    String values =
        arrays.size() == 1
            ? arrays.get(0)
            : graph.node("Concat", Map.of("axis", 1L), arrays.toArray(String[]::new));
    for (int layer = 0; layer < hidden.size(); layer++) {
      String linear = linear(values, parameters);
      String normal =
          graph.node(
              "LayerNormalization",
              Map.of("axis", -1L, "epsilon", LAYER_NORM_EPSILON),
              linear,
              floats(parameters.next()),
              floats(parameters.next()));
      values = graph.node("Relu", normal);
    }
    return linear(values, parameters);
  }

  private String linear(String values, Iterator<Parameter> parameters) {
    return graph.node(
        "Gemm", Map.of("transB", 1L), values, floats(parameters.next()), floats(parameters.next()));
  }

  private String floats(Parameter parameter) {
    NDArray array = parameter.getArray();
    return graph.floats(array.toFloatArray(), array.getShape().getShape());
  }

  private static Parameter parameter(Tower tower, String name) {
    return tower.parameters().get(name);
  }

  /** The feature's table; rows that the tower would replace by the unknown row are zeros. */
  private String table(Feature feature) {
    NDArray weights = model.tables().get(feature.table()).state().get("weights");
    String what =
        switch (feature.source()) {
          case CODE, CODES -> "codes";
          case HISTORY_MEAN, HISTORY_ATTENTION, HISTORY_TRANSFORMER -> "items";
          default -> "ids";
        };
    return graph.table(
        new KnownTable(
            what + " of " + feature.table(), weights, model.sources().known().rows(side, feature)));
  }
}
