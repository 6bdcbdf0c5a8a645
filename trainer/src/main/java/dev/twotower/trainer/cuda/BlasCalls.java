package dev.twotower.trainer.cuda;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/** The function of cuBLAS that a step calls, bound directly. */
final class BlasCalls {
  private BlasCalls() {}

  static void bind(NativeLibrary library) {
    Native.register(BlasCalls.class, library);
  }

  static native int cublasGemmEx(
      long handle,
      int transposeA,
      int transposeB,
      int m,
      int n,
      int k,
      Pointer alpha,
      long a,
      int typeA,
      int strideA,
      long b,
      int typeB,
      int strideB,
      Pointer beta,
      long c,
      int typeC,
      int strideC,
      int computeType,
      int algorithm);
}
