package dev.twotower.trainer.vectorfile;

import dev.twotower.trainer.tensor.FloatRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes NumPy's npy format 1.0. */
public final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  /** The array begins at a multiple of this, so that readers can map it. */
  private static final int ALIGNMENT = 64;

  private NpyFile() {}

  public static void write(Vectors vectors, Path file) throws IOException {
    String shape = "(" + vectors.rows() + ", " + vectors.dimension() + ")";
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
    int unpadded = MAGIC.length + 2 + header.length() + 1;
    int padding = Math.floorMod(-unpadded, ALIGNMENT);
    String padded = header + " ".repeat(padding) + "\n";
    ByteBuffer start =
        ByteBuffer.allocate(unpadded + padding)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(MAGIC)
            .putShort((short) padded.length())
            .put(padded.getBytes(StandardCharsets.US_ASCII))
            .flip();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      FloatRows.writeFully(channel, start);
      FloatRows.write(vectors, channel);
    }
  }
}
