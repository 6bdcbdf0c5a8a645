package dev.twotower.trainer.bench;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import com.sun.jna.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * How much memory a piece of work takes at its peak, beyond what is held before.
 *
 * <p>On a CPU: the process's peak resident set during the work (Linux, {@code VmHWM}, reset through
 * {@code /proc/self/clear_refs}) less its resident set before, freed memory having been handed back
 * to the system. That is everything the work touches, the Java heap's growth included: exact to
 * some megabytes. On a GPU: the growth of the device memory in use, the engine's cache having been
 * emptied before.
 */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private PeakMemory() {}

  /** Bytes at the peak of the work; empty where this machine does not tell. */
  static OptionalLong during(Device device, Runnable work) {
    return device.isGpu() ? onGpu(device, work) : onCpu(work);
  }

  private static OptionalLong onGpu(Device device, Runnable work) {
    JniUtils.emptyCudaCache();
    long before = CudaUtils.getGpuMemory(device).getUsed();
    work.run();
    return OptionalLong.of(Math.max(0, CudaUtils.getGpuMemory(device).getUsed() - before));
  }

  private static OptionalLong onCpu(Runnable work) {
    System.gc();
    trim();
    try {
      awaitRest();
      Files.writeString(CLEAR, "5");
      long before = status("VmRSS:");
      work.run();
      return OptionalLong.of(Math.max(0, status("VmHWM:") - before));
    } catch (IOException notLinux) {
      return OptionalLong.empty();
    }
  }

  /**
   * Freed memory that the allocator keeps would be used again unnoticed; other libraries keep none.
   */
  private static void trim() {
    try {
      Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0L});
    } catch (UnsatisfiedLinkError notGlibc) {
      // Nothing to hand back.
    }
  }

  /** The virtual machine gives its own memory back a while after collecting garbage. */
  private static void awaitRest() throws IOException {
    long last = -1;
    for (int i = 0; i < 50; i++) {
      long now = status("VmRSS:");
      if (now == last) {
        return;
      }
      last = now;
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static long status(String field) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(field)) {
        return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no " + field + " in " + STATUS);
  }
}
