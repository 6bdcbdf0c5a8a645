package dev.twotower.trainer.cuda;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * What the engine's C interface says of an array, bound directly (torch/csrc/inductor/aoti_torch/c
 * of PyTorch, whose handles are what DJL's are: addresses of a {@code torch::Tensor}).
 */
final class ArrayCalls {
  private ArrayCalls() {}

  static void bind(NativeLibrary library) {
    Native.register(ArrayCalls.class, library);
  }

  static native int aoti_torch_get_data_ptr(long tensor, long[] address);

  static native int aoti_torch_get_stride(long tensor, long dimension, long[] stride);
}
