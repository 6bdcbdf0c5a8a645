package dev.twotower.trainer.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/** Writes vectors as little-endian float32, row-major, a block of rows at a time. */
final class FloatRows {
  private static final int BLOCK_FLOATS = 1 << 18;

  private FloatRows() {}

  /** Rows that are read at once: about a megabyte of them. */
  static int block(Vectors vectors) {
    return Math.max(1, Math.min(vectors.rows(), BLOCK_FLOATS / vectors.dimension()));
  }

  static long bytes(Vectors vectors) {
    return 4L * vectors.rows() * vectors.dimension();
  }

  static void write(Vectors vectors, WritableByteChannel channel) throws IOException {
    int block = block(vectors);
    float[] values = new float[block * vectors.dimension()];
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < vectors.rows(); from += block) {
      int count = Math.min(block, vectors.rows() - from);
      vectors.read(from, count, values);
      bytes.clear();
      bytes.asFloatBuffer().put(values, 0, count * vectors.dimension());
      bytes.limit(4 * count * vectors.dimension());
      writeFully(channel, bytes);
    }
  }

  static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
