package dev.twotower.trainer.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/** Writes vectors as little-endian float32, row-major, a block of rows at a time. */
public final class FloatRows {
  static final int BLOCK_FLOATS = 1 << 18;

  private FloatRows() {}

  /** Rows that are read at once: about a megabyte of them. */
  public static int block(FloatMatrix vectors) {
    return Math.max(1, Math.min(vectors.rows(), BLOCK_FLOATS / vectors.dimension()));
  }

  /** Bytes that all rows take. */
  public static long bytes(FloatMatrix vectors) {
    return 4L * vectors.rows() * vectors.dimension();
  }

  /** Writes all rows. */
  public static void write(FloatMatrix vectors, WritableByteChannel channel) throws IOException {
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

  public static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
