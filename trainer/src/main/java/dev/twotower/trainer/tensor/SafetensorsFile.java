package dev.twotower.trainer.tensor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.BadDataException;
import dev.twotower.data.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes and reads the safetensors format: header length, JSON header, tensors back to back. */
public final class SafetensorsFile {
  /** The tensors begin at a multiple of this; the header is padded with spaces. */
  private static final int ALIGNMENT = 8;

  private SafetensorsFile() {}

  public static void write(
      List<? extends FloatMatrix> tensors, Map<String, String> metadata, Path file)
      throws IOException {
    ObjectNode header = Json.PLAIN.createObjectNode();
    ObjectNode notes = header.putObject("__metadata__");
    metadata.forEach(notes::put);
    long offset = 0;
    for (FloatMatrix vectors : tensors) {
      ObjectNode tensor = header.putObject(vectors.name());
      tensor.put("dtype", "F32");
      tensor.putArray("shape").add(vectors.rows()).add(vectors.dimension());
      tensor.putArray("data_offsets").add(offset).add(offset + FloatRows.bytes(vectors));
      offset += FloatRows.bytes(vectors);
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int padding = Math.floorMod(-json.length, ALIGNMENT);
    ByteBuffer start =
        ByteBuffer.allocate(8 + json.length + padding)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length + padding)
            .put(json)
            .put(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII))
            .flip();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      FloatRows.writeFully(channel, start);
      for (FloatMatrix vectors : tensors) {
        FloatRows.write(vectors, channel);
      }
    }
  }

  /** Names of a file's tensors, in their order in the file. */
  public static List<String> names(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return List.copyOf(header(file, channel).tensors().keySet());
    }
  }

  /** Where a block of rows goes when it is read back. */
  @FunctionalInterface
  public interface Sink {
    /**
     * @param tensor the tensor's name
     * @param from first row of the block
     * @param values the rows, row-major
     */
    void accept(String tensor, int from, float[] values);
  }

  /**
   * Reads every tensor of a file, a block of rows at a time.
   *
   * @param shapes the shapes that are wanted, rows and dimension by name
   * @throws BadDataException when the file's tensors are others, or the file is cut short
   */
  public static void read(Path file, Map<String, int[]> shapes, Sink sink) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Map<String, SafetensorsHeader.Tensor> tensors = header(file, channel).tensors();
      for (Map.Entry<String, int[]> wanted : shapes.entrySet()) {
        SafetensorsHeader.Tensor tensor = tensors.get(wanted.getKey());
        int rows = wanted.getValue()[0];
        int dimension = wanted.getValue()[1];
        if (tensor == null
            || !tensor.isMatrix()
            || tensor.rows() != rows
            || tensor.dimension() != dimension) {
          throw new BadDataException(
              "%s: tensor '%s' is %s; the model needs F32 [%d, %d]"
                  .formatted(
                      file, wanted.getKey(), tensor == null ? "absent" : tensor, rows, dimension));
        }
        read(file, channel, tensor.start(), wanted.getKey(), rows, dimension, sink);
      }
    }
  }

  /**
   * Reads one float32 tensor of two dimensions and any size: that of the given name, or the only
   * one there is.
   *
   * @throws BadDataException when the file has no such tensor, or is not whole
   */
  public static float[][] read(Path file, String name) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Map<String, SafetensorsHeader.Tensor> tensors = header(file, channel).tensors();
      SafetensorsHeader.Tensor tensor =
          tensors.size() == 1 ? tensors.values().iterator().next() : tensors.get(name);
      if (tensor == null || !tensor.isMatrix()) {
        throw new BadDataException(
            "%s: tensor '%s' is %s among %s; needed: dtype F32 and a shape of two numbers"
                .formatted(
                    file,
                    name,
                    tensor == null ? "absent" : tensor,
                    tensors.keySet().stream().limit(10).toList()));
      }
      int dimension = tensor.dimension();
      float[][] values = new float[dimension == 0 ? 0 : tensor.rows()][];
      Sink rows =
          (ignored, from, block) -> {
            for (int i = 0; i < block.length / dimension; i++) {
              values[from + i] = Arrays.copyOfRange(block, i * dimension, (i + 1) * dimension);
            }
          };
      read(file, channel, tensor.start(), name, values.length, dimension, rows);
      return values;
    }
  }

  private static SafetensorsHeader header(Path file, FileChannel channel) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    readFully(file, channel, length, 0);
    long headerLength = length.getLong(0);
    if (headerLength < 2
        || headerLength > SafetensorsHeader.LONGEST
        || headerLength > channel.size() - 8) {
      throw new BadDataException(
          file + " is not a safetensors file: it gives its header as " + headerLength + " bytes");
    }
    ByteBuffer header = ByteBuffer.allocate((int) headerLength);
    readFully(file, channel, header, 8);
    return SafetensorsHeader.parse(file, header.array(), channel.size());
  }

  private static void read(
      Path file, FileChannel channel, long start, String name, int rows, int dimension, Sink sink)
      throws IOException {
    int block = Math.max(1, Math.min(rows, FloatRows.BLOCK_FLOATS / Math.max(1, dimension)));
    for (int from = 0; from < rows; from += block) {
      int count = Math.min(block, rows - from);
      ByteBuffer bytes = ByteBuffer.allocate(4 * count * dimension).order(ByteOrder.LITTLE_ENDIAN);
      readFully(file, channel, bytes, start + 4L * from * dimension);
      float[] values = new float[count * dimension];
      bytes.flip().asFloatBuffer().get(values);
      sink.accept(name, from, values);
    }
  }

  private static void readFully(Path file, FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, position + into.position()) < 0) {
        throw new BadDataException(file + " is cut short at byte " + channel.size());
      }
    }
  }
}
