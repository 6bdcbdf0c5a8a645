package dev.twotower.data.imports.arrow;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Looks at each value of a column. A validity of null means that no value is missing. */
final class IpcValues {
  private static final int VIEW = 16;

  /** Texts up to this many bytes lie in the view itself. */
  private static final int INLINE = 12;

  private IpcValues() {}

  /** How many of the first bits are set. */
  static long ones(ArrowBuf bits, long count) {
    long ones = 0;
    long at = 0;
    for (; at + 64 <= count; at += 64) {
      ones += Long.bitCount(bits.getLong(at / 8));
    }
    for (; at < count; at++) {
      ones += bits.getByte(at / 8) >> (at % 8) & 1;
    }
    return ones;
  }

  private static boolean missing(ArrowBuf validity, long value) {
    return validity != null && (validity.getByte(value / 8) >> (value % 8) & 1) == 0;
  }

  private static long offset(ArrowBuf offsets, long index, boolean large) {
    return large ? offsets.getLong(8 * index) : offsets.getInt(4 * index);
  }

  /** Where the last value ends; -1 when the offsets fall, or are too few. */
  static long offsets(ArrowBuf offsets, long values, boolean large) {
    if (values == 0 && offsets.capacity() == 0) {
      return 0;
    }
    if (offsets.capacity() / (large ? 8 : 4) < values + 1) {
      return -1;
    }
    long before = offset(offsets, 0, large);
    if (before < 0) {
      return -1;
    }
    for (long value = 1; value <= values; value++) {
      long end = offset(offsets, value, large);
      if (end < before) {
        return -1;
      }
      before = end;
    }
    return before;
  }

  /** The first text that is not UTF-8; -1 for none. */
  static long notUtf8(
      ArrowBuf offsets, ArrowBuf data, ArrowBuf validity, long values, boolean large) {
    if (values == 0) {
      return -1;
    }
    long start = offset(offsets, 0, large);
    long all = offset(offsets, values, large);
    if (ascii(data, start, all)) {
      return -1;
    }
    for (long value = 0; value < values; value++) {
      long end = offset(offsets, value + 1, large);
      if (!missing(validity, value) && !utf8(data, start, end)) {
        return value;
      }
      start = end;
    }
    return -1;
  }

  /** The first view that does not lie within its buffers, or is not UTF-8; -1 for none. */
  static long badView(
      ArrowBuf views, List<ArrowBuf> data, ArrowBuf validity, long values, boolean text) {
    if (views.capacity() / VIEW < values) {
      return 0;
    }
    for (long value = 0; value < values; value++) {
      if (missing(validity, value)) {
        continue;
      }
      long at = VIEW * value;
      int length = views.getInt(at);
      ArrowBuf in = views;
      long start = at + 4;
      if (length > INLINE) {
        int part = views.getInt(at + 8);
        start = views.getInt(at + 12);
        if (part < 0 || part >= data.size() || start < 0) {
          return value;
        }
        in = data.get(part);
      }
      if (length < 0
          || start > in.capacity() - length
          || text && !utf8(in, start, start + length)) {
        return value;
      }
      // Readers compare prefixes without a look at the text.
      if (length > INLINE && in.getInt(start) != views.getInt(at + 4)) {
        return value;
      }
    }
    return -1;
  }

  /** Whether each index that is there lies in a dictionary. */
  static boolean within(
      ArrowBuf data, ArrowBuf validity, long values, ArrowType.Int type, long size) {
    for (long value = 0; value < values; value++) {
      long index =
          switch (type.getBitWidth()) {
            case 8 -> type.getIsSigned() ? data.getByte(value) : data.getByte(value) & 0xff;
            case 16 ->
                type.getIsSigned() ? data.getShort(2 * value) : data.getShort(2 * value) & 0xffff;
            case 32 ->
                type.getIsSigned() ? data.getInt(4 * value) : data.getInt(4 * value) & 0xffffffffL;
            default -> data.getLong(8 * value);
          };
      if (!missing(validity, value) && (index < 0 || index >= size)) {
        return false;
      }
    }
    return true;
  }

  private static boolean ascii(ArrowBuf data, long start, long end) {
    long at = start;
    for (; at + 8 <= end; at += 8) {
      if ((data.getLong(at) & 0x8080808080808080L) != 0) {
        return false;
      }
    }
    for (; at < end; at++) {
      if (data.getByte(at) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean utf8(ArrowBuf data, long start, long end) {
    if (ascii(data, start, end)) {
      return true;
    }
    byte[] bytes = new byte[Math.toIntExact(end - start)];
    data.getBytes(start, bytes);
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
