package dev.twotower.data.dataset;

import java.nio.charset.StandardCharsets;

/** A text column of one file: decoded value by value from mapped memory. */
final class TextColumn {
  private final Slices bytes;

  TextColumn(ArrowFile file, String column) {
    this.bytes = new Slices(file, column, 2, Byte.BYTES);
  }

  String get(long index) {
    byte[] text = new byte[bytes.length(index)];
    bytes.block(index).get(bytes.from(index), text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
