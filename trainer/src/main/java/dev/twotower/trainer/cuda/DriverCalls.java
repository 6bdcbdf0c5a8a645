package dev.twotower.trainer.cuda;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The CUDA driver's functions that a step calls, bound directly. Addresses and handles are longs.
 */
final class DriverCalls {
  private DriverCalls() {}

  static void bind(NativeLibrary library) {
    Native.register(DriverCalls.class, library);
  }

  static native int cuCtxPushCurrent_v2(long context);

  static native int cuCtxPopCurrent_v2(long[] context);

  static native int cuLaunchKernel(
      long function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int sharedBytes,
      long stream,
      Pointer arguments,
      Pointer extra);

  static native int cuMemcpyHtoDAsync_v2(long to, long from, long bytes, long stream);

  static native int cuMemcpyDtoDAsync_v2(long to, long from, long bytes, long stream);

  static native int cuEventRecord(long event, long stream);

  static native int cuEventSynchronize(long event);
}
