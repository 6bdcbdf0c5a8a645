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

/**
 * Reads a two-dimensional array of NumPy's npy format: float16, float32 or float64 of either byte
 * order, row by row or, as NumPy writes the transpose of an array, column by column.
 */
final class NpyReader {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Far beyond any header of two numbers. */
  private static final int LONGEST_HEADER = 1 << 20;

  private static final int SHOWN = 200;

  /** Read at once; a multiple of every number's size. */
  private static final int BLOCK = 1 << 20;

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
          || !header.get().type().matches("[<>]f[248]")
          || header.get().shape().size() != 2) {
        throw new BadDataException(
            "%s holds %s; allowed: a two-dimensional array of float16, float32 or float64 (<f2, <f4, <f8, or with >)"
                .formatted(file, text.length() > SHOWN ? text.substring(0, SHOWN) + ".." : text));
      }
      return values(file, channel, header.get(), headerAt + length);
    }
  }

  private static float[][] values(Path file, FileChannel channel, NpyHeader header, long dataAt)
      throws IOException {
    int size = header.type().charAt(2) - '0';
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
    ByteOrder order =
        header.type().startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    int row = 0;
    int column = 0;
    for (long at = dataAt; at < dataAt + present; at += BLOCK) {
      int length = (int) Math.min(BLOCK, dataAt + present - at);
      ByteBuffer bytes = fully(file, channel, at, length).order(order);
      while (bytes.hasRemaining()) {
        values[row][column] = number(bytes, size);
        if (header.columnMajor()) {
          row = row + 1 == rows ? 0 : row + 1;
          column += row == 0 ? 1 : 0;
        } else {
          column = column + 1 == columns ? 0 : column + 1;
          row += column == 0 ? 1 : 0;
        }
      }
    }
    return values;
  }

  private static float number(ByteBuffer bytes, int size) {
    return switch (size) {
      case Float.BYTES -> bytes.getFloat();
      case Double.BYTES -> (float) bytes.getDouble();
      default -> half(bytes.getShort());
    };
  }

  /** The value of an IEEE 754 number of 16 bits: sign, 5 bits of exponent, 10 of fraction. */
  private static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float size =
        switch (exponent) {
          case 0 -> Math.scalb((float) fraction, -24);
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb((float) (fraction + 0x400), exponent - 25);
        };
    return bits < 0 ? -size : size;
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
