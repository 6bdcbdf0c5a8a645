package dev.twotower.trainer.command.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/** One to three changes of a file: bits, bytes, extreme numbers, cuts, insertions, deletions. */
final class Mutation {
  private static final int[] EXTREMES = {
    0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 16, 1 << 24, 1 << 30, 7
  };

  private Mutation() {}

  static byte[] of(byte[] file, UniformRandomProvider random) {
    byte[] changed = file.clone();
    for (int i = 1 + random.nextInt(3); i > 0 && changed.length > 0; i--) {
      changed = once(changed, random);
    }
    return changed;
  }

  private static byte[] once(byte[] bytes, UniformRandomProvider random) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> {
        int whole = at & ~3;
        if (whole + 4 <= bytes.length) {
          ByteBuffer.wrap(bytes)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(whole, EXTREMES[random.nextInt(EXTREMES.length)]);
        }
      }
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> {
        return splice(bytes, at, at, new byte[] {(byte) random.nextInt(256)});
      }
      case 5 -> {
        return splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(16)), new byte[0]);
      }
      default -> {
        return digits(bytes, at, random);
      }
    }
    return bytes;
  }

  /** Replaces the number that stands at or behind a place of a text. */
  private static byte[] digits(byte[] bytes, int at, UniformRandomProvider random) {
    int from = at;
    while (from < bytes.length && !Character.isDigit(bytes[from])) {
      from++;
    }
    int to = from;
    while (to < bytes.length && Character.isDigit(bytes[to])) {
      to++;
    }
    String[] numbers = {"0", "-1", "2147483647", "99999999999999999999", "1e400", "0.5", "null"};
    byte[] number = numbers[random.nextInt(numbers.length)].getBytes(StandardCharsets.UTF_8);
    return from == to ? bytes : splice(bytes, from, to, number);
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] with) {
    byte[] result = new byte[bytes.length - (to - from) + with.length];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(with, 0, result, from, with.length);
    System.arraycopy(bytes, to, result, from + with.length, bytes.length - to);
    return result;
  }
}
