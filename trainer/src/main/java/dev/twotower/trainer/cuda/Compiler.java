package dev.twotower.trainer.cuda;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** NVRTC, which turns the text of kernels into code for a device. */
final class Compiler {
  private Compiler() {}

  /** The text of the resource {@code NAME.cu} beside a class, behind what all kernels share. */
  static String source(Class<?> beside, String name) {
    String prelude = read(Compiler.class, "Prelude");
    return name.equals("Prelude") ? prelude : prelude + "\n" + read(beside, name);
  }

  private static String read(Class<?> beside, String name) {
    String resource = name + ".cu";
    try (InputStream text = beside.getResourceAsStream(resource)) {
      if (text == null) {
        throw new IllegalStateException(
            "the resource %s is missing beside %s; install the program again"
                .formatted(resource, beside.getName()));
      }
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compiles kernels.
   *
   * @param architecture for example {@code sm_90}
   * @throws CudaException with what the compiler said
   */
  static byte[] compile(NativeLibrary nvrtc, String source, String name, String architecture) {
    long[] program = new long[1];
    CudaDevice.call(nvrtc, "nvrtcCreateProgram", program, source, name + ".cu", 0, null, null);
    try {
      String[] options = {"--gpu-architecture=" + architecture};
      int result =
          CudaDevice.invoke(nvrtc, "nvrtcCompileProgram", program[0], options.length, options);
      if (result != 0) {
        throw new CudaException(
            "compiling %s.cu for %s failed: %s"
                .formatted(name, architecture, log(nvrtc, program[0])));
      }
      return bytes(nvrtc, program[0], "nvrtcGetCUBINSize", "nvrtcGetCUBIN");
    } finally {
      CudaDevice.invoke(nvrtc, "nvrtcDestroyProgram", program);
    }
  }

  private static String log(NativeLibrary nvrtc, long program) {
    byte[] log = bytes(nvrtc, program, "nvrtcGetProgramLogSize", "nvrtcGetProgramLog");
    return new String(log, StandardCharsets.UTF_8).replace("\0", "").strip();
  }

  private static byte[] bytes(NativeLibrary nvrtc, long program, String size, String content) {
    long[] length = new long[1];
    CudaDevice.call(nvrtc, size, program, length);
    byte[] bytes = new byte[Math.toIntExact(length[0])];
    CudaDevice.call(nvrtc, content, program, bytes);
    return bytes;
  }
}
