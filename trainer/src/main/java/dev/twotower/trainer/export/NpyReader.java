package dev.twotower.trainer.export;

import dev.twotower.data.dataset.BadDataException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a two-dimensional array of little-endian floats or doubles in NumPy's npy format. */
final class NpyReader {
  private static final Pattern HEADER =
      Pattern.compile(
          "'descr':\\s*'<(f[48])'.*'fortran_order':\\s*False.*'shape':\\s*\\((\\d+),\\s*(\\d+)\\)",
          Pattern.DOTALL);

  private NpyReader() {}

  static float[][] read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer start = fully(file, channel, 0, (int) Math.min(1 << 16, channel.size()));
      if (start.limit() < 12 || start.get(0) != (byte) 0x93 || start.get(1) != 'N') {
        throw new BadDataException(file + " is no npy file");
      }
      int version = start.get(6);
      int headerAt = version == 1 ? 10 : 12;
      int length = version == 1 ? start.getShort(8) & 0xffff : start.getInt(8);
      int dataAt = headerAt + length;
      if (length < 0 || dataAt > start.limit()) {
        throw new BadDataException(file + " is cut short in its header");
      }
      String header = new String(start.array(), headerAt, length, StandardCharsets.UTF_8);
      Matcher found = HEADER.matcher(header);
      if (!found.find()) {
        throw new BadDataException(
            "%s holds %s; allowed: a two-dimensional array of <f4 or <f8 in C order"
                .formatted(file, header.strip()));
      }
      int size = found.group(1).equals("f4") ? Float.BYTES : Double.BYTES;
      long cells = (channel.size() - dataAt) / size;
      BigInteger promised = new BigInteger(found.group(2)).multiply(new BigInteger(found.group(3)));
      if (promised.compareTo(BigInteger.valueOf(cells)) > 0) {
        throw new BadDataException(
            "%s is cut short: its header promises %s numbers, it holds %d"
                .formatted(file, promised, cells));
      }
      int rows = promised.signum() == 0 ? 0 : Integer.parseInt(found.group(2));
      int columns = promised.signum() == 0 ? 0 : Integer.parseInt(found.group(3));
      float[][] values = new float[rows][columns];
      long at = dataAt;
      for (float[] row : values) {
        ByteBuffer bytes = fully(file, channel, at, columns * size);
        for (int c = 0; c < columns; c++) {
          row[c] =
              size == Float.BYTES ? bytes.getFloat(c * size) : (float) bytes.getDouble(c * size);
        }
        at += (long) columns * size;
      }
      return values;
    }
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
