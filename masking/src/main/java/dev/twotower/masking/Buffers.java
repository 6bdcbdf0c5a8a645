package dev.twotower.masking;

import java.util.Arrays;

/** Growth of reused buffers: contents are not kept unless said so. */
final class Buffers {
  private Buffers() {}

  static int[] atLeast(int[] buffer, int size) {
    return buffer.length >= size ? buffer : new int[Math.max(size, buffer.length * 3 / 2)];
  }

  static float[] atLeast(float[] buffer, int size) {
    return buffer.length >= size ? buffer : new float[Math.max(size, buffer.length * 3 / 2)];
  }

  /** Like {@link #atLeast(int[], int)}, keeping what is there. */
  static int[] grown(int[] buffer, int size) {
    return buffer.length >= size
        ? buffer
        : Arrays.copyOf(buffer, Math.max(size, Math.max(16, buffer.length * 3 / 2)));
  }
}
