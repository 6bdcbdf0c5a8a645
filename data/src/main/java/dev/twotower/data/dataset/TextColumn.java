package dev.twotower.data.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** A text column of one file: decoded value by value from mapped memory. */
final class TextColumn {
  private final ByteBuffer[] offsets;
  private final ByteBuffer[] bytes;
  private final int shift;
  private final int mask;

  TextColumn(ArrowFile file, String column, int shift) {
    file.requireType(column, ArrowType.Utf8.INSTANCE);
    this.offsets = file.buffers(column, 1);
    this.bytes = file.buffers(column, 2);
    this.shift = shift;
    this.mask = (1 << shift) - 1;
  }

  String get(long index) {
    int block = (int) (index >>> shift);
    int at = ((int) index & mask) * Integer.BYTES;
    int from = offsets[block].getInt(at);
    byte[] text = new byte[offsets[block].getInt(at + Integer.BYTES) - from];
    bytes[block].get(from, text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
