package dev.twotower.trainer.serving.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.twotower.trainer.tensor.FloatMatrix;
import dev.twotower.trainer.tensor.FloatRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A graph under construction: nodes are added in the order in which they run, each giving the name
 * of its one output, and the result is written as a model file with the tables beside it.
 */
final class OnnxGraph {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  /** Tables start at multiples of this, so that readers can map them. */
  private static final int ALIGNMENT = 4096;

  private final GraphProto.Builder graph;
  private final Map<String, FloatMatrix> tables = new LinkedHashMap<>();

  OnnxGraph(String name) {
    graph = GraphProto.newBuilder().setName(name);
  }

  /** An input; a text among the dimensions names one that varies. */
  String input(String name, DataType type, Object... dimensions) {
    graph.addInput(value(name, type, dimensions));
    return name;
  }

  /** Declares what the graph gives. */
  void output(String from, String name, Object... dimensions) {
    graph.addNode(NodeProto.newBuilder().setOpType("Identity").addInput(from).addOutput(name));
    graph.addOutput(value(name, DataType.FLOAT, dimensions));
  }

  /** A node without attributes. */
  String node(String operator, String... inputs) {
    return node(operator, Map.of(), inputs);
  }

  /** A node; attributes are longs, floats or lists of longs. */
  String node(String operator, Map<String, Object> attributes, String... inputs) {
    String output = operator.toLowerCase(Locale.ROOT) + "_" + graph.getNodeCount();
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).addOutput(output);
    node.addAllInput(List.of(inputs));
    // Equal models make equal files.
    new TreeMap<>(attributes).forEach((name, value) -> node.addAttribute(attribute(name, value)));
    graph.addNode(node);
    return output;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Float number) {
      attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number);
    } else if (value instanceof List<?> numbers) {
      attribute.setType(AttributeProto.AttributeType.INTS);
      numbers.forEach(number -> attribute.addInts((Long) number));
    } else {
      attribute.setType(AttributeProto.AttributeType.INT).setI((Long) value);
    }
    return attribute.build();
  }

  /** A number that takes part in float arithmetic. */
  String number(float value) {
    return floats(new float[] {value}, new long[0]);
  }

  /** Whole numbers, such as axes. */
  String integers(long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(DataType.INT64.getNumber()).addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return constant(tensor);
  }

  /** A dense parameter. */
  String floats(float[] values, long... shape) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(DataType.FLOAT.getNumber());
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return constant(tensor);
  }

  private String constant(TensorProto.Builder tensor) {
    String name = "constant_" + graph.getInitializerCount();
    graph.addInitializer(tensor.setName(name));
    return name;
  }

  /** A table whose rows go to a separate file when the model is written. */
  String table(FloatMatrix rows) {
    tables.putIfAbsent(rows.name(), rows);
    return rows.name();
  }

  /** Writes {@code FILE} and {@code FILE.data}. */
  void write(Path file, Map<String, String> metadata) throws IOException {
    Path data = file.resolveSibling(file.getFileName() + ".data");
    try (FileChannel channel =
        FileChannel.open(data, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (FloatMatrix table : tables.values()) {
        long offset = (channel.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        FloatRows.writeFully(channel, ByteBuffer.allocate((int) (offset - channel.position())));
        FloatRows.write(table, channel);
        graph.addInitializer(
            TensorProto.newBuilder()
                .setName(table.name())
                .setDataType(DataType.FLOAT.getNumber())
                .addDims(table.rows())
                .addDims(table.dimension())
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", data.getFileName().toString()))
                .addExternalData(entry("offset", Long.toString(offset)))
                .addExternalData(entry("length", Long.toString(FloatRows.bytes(table)))));
      }
    }
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("twotower")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph);
    metadata.forEach((key, value) -> model.addMetadataProps(entry(key, value)));
    Files.write(file, model.build().toByteArray(), StandardOpenOption.CREATE_NEW);
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static ValueInfoProto value(String name, DataType type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      TensorShapeProto.Dimension.Builder size = TensorShapeProto.Dimension.newBuilder();
      if (dimension instanceof String text) {
        size.setDimParam(text);
      } else {
        size.setDimValue(((Number) dimension).longValue());
      }
      shape.addDim(size);
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
