package dev.twotower.trainer.vectorfile;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** Reads a two-dimensional array of little-endian floats or doubles in NumPy's npy format. */
final class NpyReader {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Far beyond any header of two numbers. */
  private static final int LONGEST_HEADER = 1 << 20;

  private static final int SHOWN = 200;

  private NpyReader() {}

  static float[][] read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer start = fully(file, channel, 0, (int) Math.min(12, channel.size()));
      if (start.limit() < 12
          || !Arrays.equals(Arrays.copyOf(start.array(), MAGIC.length), MAGIC)
          || start.get(6) < 1
          || start.get(6) > 3) {
        throw new BadDataException(file + " is not an npy file of version 1, 2 or 3");
      }
      int headerAt = start.get(6) == 1 ? 10 : 12;
      long length = start.get(6) == 1 ? start.getShort(8) & 0xffff : start.getInt(8) & 0xffffffffL;
      if (length > LONGEST_HEADER || length > channel.size() - headerAt) {
        throw new BadDataException(
            "%s gives its header as %d bytes: it is cut short or altered".formatted(file, length));
      }
      byte[] bytes = fully(file, channel, headerAt, (int) length).array();
      String text = new String(bytes, StandardCharsets.UTF_8).strip();
      Optional<NpyHeader> header = NpyHeader.parse(text);
      if (header.isEmpty()
          || !header.get().type().matches("<f[48]")
          || header.get().columnMajor()
          || header.get().shape().size() != 2) {
        throw new BadDataException(
            "%s holds %s; allowed: a two-dimensional array of <f4 or <f8 in C order"
                .formatted(file, text.length() > SHOWN ? text.substring(0, SHOWN) + ".." : text));
      }
      return values(file, channel, header.get(), headerAt + length);
    }
  }

  private static float[][] values(Path file, FileChannel channel, NpyHeader header, long dataAt)
      throws IOException {
    int size = header.type().equals("<f4") ? Float.BYTES : Double.BYTES;
    long rows = header.shape().get(0);
    long columns = header.shape().get(1);
    if (rows == 0 || columns == 0) {
      return new float[0][];
    }
    long present = channel.size() - dataAt;
    boolean fits =
        rows <= Integer.MAX_VALUE
            && columns <= Integer.MAX_VALUE / size
            && columns <= present / size / rows;
    if (!fits || rows * columns * size != present) {
      throw new BadDataException(
          "%s %s: its header promises %d x %d numbers of %d bytes, but it holds %d bytes"
              .formatted(
                  file,
                  fits ? "is longer than it says" : "is cut short",
                  rows,
                  columns,
                  size,
                  present));
    }
    float[][] values = new float[(int) rows][(int) columns];
    long at = dataAt;
    for (float[] row : values) {
      ByteBuffer bytes = fully(file, channel, at, row.length * size);
      for (int c = 0; c < row.length; c++) {
        row[c] = size == Float.BYTES ? bytes.getFloat(c * size) : (float) bytes.getDouble(c * size);
      }
      at += (long) row.length * size;
    }
    return values;
  }

  private static ByteBuffer fully(Path file, FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new BadDataException(file + " is cut short at byte " + channel.size());
      }
    }
    return bytes.flip();
  }
}
