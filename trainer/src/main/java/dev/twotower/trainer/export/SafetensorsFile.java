package dev.twotower.trainer.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/** Writes the safetensors format: header length, JSON header, tensors back to back. */
final class SafetensorsFile {
  /** The tensors begin at a multiple of this; the header is padded with spaces. */
  private static final int ALIGNMENT = 8;

  private SafetensorsFile() {}

  static void write(List<Vectors> tensors, Map<String, String> metadata, Path file)
      throws IOException {
    ObjectNode header = new ObjectMapper().createObjectNode();
    ObjectNode notes = header.putObject("__metadata__");
    metadata.forEach(notes::put);
    long offset = 0;
    for (Vectors vectors : tensors) {
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
      for (Vectors vectors : tensors) {
        FloatRows.write(vectors, channel);
      }
    }
  }
}
