package dev.twotower.trainer.cuda;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.twotower.trainer.config.Precision;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A GPU, beside the engine. Calls belong between {@link #enter} and the closing of what it returns,
 * on one thread; work goes to the default stream.
 */
public final class CudaDevice {
  private static final Logger LOG = LoggerFactory.getLogger(CudaDevice.class);

  private static final int MAJOR = 75;
  private static final int MINOR = 76;
  private static final int DEFAULT_ALGORITHM = -1;
  private static final int FLOAT32 = 0;
  private static final int WARP = 32;
  private static final int MOST_THREADS = 256;

  private static final AtomicLong CALLS = new AtomicLong();
  private static final Map<Integer, Found> FOUND = new HashMap<>();

  private final NativeLibrary driver;
  private final NativeLibrary compiler;
  private final LoadedLibraries libraries;
  private final long context;
  private final String architecture;
  private final long blas;
  private final Memory alpha = new Memory(Float.BYTES);
  private final Memory beta = new Memory(Float.BYTES);
  private final Map<String, Module> modules = new HashMap<>();
  private final ReentrantLock turn = new ReentrantLock();
  private Transfer transfer;

  /**
   * What there is.
   *
   * @param device empty where something is missing
   * @param missing what that is; empty where nothing is
   */
  public record Found(Optional<CudaDevice> device, String missing) {}

  /**
   * The device with a number; the engine has been started before.
   *
   * @param number 0 for the first
   */
  public static synchronized Found find(int number) {
    return FOUND.computeIfAbsent(number, CudaDevice::open);
  }

  /**
   * The device on which the engine has something, where kernels can be used there; says so once
   * where a GPU's cannot.
   */
  public static Optional<CudaDevice> of(Device device) {
    if (!device.isGpu()) {
      return Optional.empty();
    }
    return find(device.getDeviceId()).device();
  }

  /** Kernels and products handed over since the process began. */
  public static long calls() {
    return CALLS.get();
  }

  private static Found open(int number) {
    try {
      return new Found(Optional.of(new CudaDevice(number)), "");
    } catch (LoadedLibraries.MissingException | CudaException | UnsatisfiedLinkError missing) {
      LOG.warn(
          "gpu:{} takes the engine's operations, which are slower: {}",
          number,
          missing.getMessage());
      return new Found(Optional.empty(), missing.getMessage());
    }
  }

  private CudaDevice(int number) {
    libraries = LoadedLibraries.now();
    driver = libraries.open("libcuda");
    NativeLibrary blasLibrary = libraries.open("libcublas");
    compiler = libraries.open("libnvrtc");
    ArrayCalls.bind(libraries.open("libtorch_cpu"));
    DriverCalls.bind(driver);
    BlasCalls.bind(blasLibrary);
    call("cuInit", 0);
    int[] device = new int[1];
    call("cuDeviceGet", device, number);
    int[] major = new int[1];
    int[] minor = new int[1];
    call("cuDeviceGetAttribute", major, MAJOR, device[0]);
    call("cuDeviceGetAttribute", minor, MINOR, device[0]);
    architecture = "sm_" + major[0] + minor[0];
    // The context that the engine works in.
    long[] primary = new long[1];
    call("cuDevicePrimaryCtxRetain", primary, device[0]);
    context = primary[0];
    try (Entered entered = enter()) {
      long[] handle = new long[1];
      call(blasLibrary, "cublasCreate_v2", handle);
      blas = handle[0];
      // Whether the compiler knows this device is better known now than in the middle of training.
      code(CudaDevice.class, "Prelude");
    }
  }

  static int invoke(NativeLibrary library, String function, Object... arguments) {
    return library.getFunction(function).invokeInt(arguments);
  }

  static void call(NativeLibrary library, String function, Object... arguments) {
    check(function, invoke(library, function, arguments));
  }

  private void call(String function, Object... arguments) {
    call(driver, function, arguments);
  }

  static void check(String function, int result) {
    if (result != 0) {
      int outOfMemory = function.startsWith("cublas") ? 3 : 2;
      throw new CudaException(
          function
              + " failed with code "
              + result
              + (result == outOfMemory ? ": out of memory; take a smaller batch" : ""));
    }
  }

  /** The device's turn on this thread; ends when closed. */
  public final class Entered implements AutoCloseable {
    private Entered() {
      check("cuCtxPushCurrent", DriverCalls.cuCtxPushCurrent_v2(context));
      turn.lock();
    }

    @Override
    public void close() {
      turn.unlock();
      check("cuCtxPopCurrent", DriverCalls.cuCtxPopCurrent_v2(new long[1]));
    }
  }

  /** Makes the device the one that this thread talks to. */
  public Entered enter() {
    return new Entered();
  }

  /**
   * Where an array lies.
   *
   * @param array row-major, without gaps
   */
  public static long address(NDArray array) {
    long[] address = new long[1];
    check(
        "aoti_torch_get_data_ptr",
        ArrayCalls.aoti_torch_get_data_ptr(((PtNDArray) array).getHandle(), address));
    return address[0];
  }

  /**
   * The matrix itself where its rows lie one behind the other, and a copy that is so otherwise.
   *
   * @param matrix of two dimensions
   */
  public static NDArray rowMajor(NDArray matrix) {
    long[] stride = new long[1];
    check(
        "aoti_torch_get_stride",
        ArrayCalls.aoti_torch_get_stride(((PtNDArray) matrix).getHandle(), 0, stride));
    long rows = stride[0];
    check(
        "aoti_torch_get_stride",
        ArrayCalls.aoti_torch_get_stride(((PtNDArray) matrix).getHandle(), 1, stride));
    boolean rowMajor = stride[0] == 1 && rows == matrix.getShape().get(1);
    // A copy has the matrix's owner.
    return rowMajor ? matrix : matrix.flatten().reshape(matrix.getShape());
  }

  long newEvent() {
    try (Entered entered = enter()) {
      long[] event = new long[1];
      int withoutTiming = 2;
      call("cuEventCreate", event, withoutTiming);
      return event[0];
    }
  }

  Pointer pageLocked(long bytes) {
    try (Entered entered = enter()) {
      long[] address = new long[1];
      call("cuMemHostAlloc", address, bytes, 0);
      return new Pointer(address[0]);
    }
  }

  void freePageLocked(Pointer memory) {
    if (Pointer.nativeValue(memory) != 0) {
      try (Entered entered = enter()) {
        call("cuMemFreeHost", memory);
      }
    }
  }

  /**
   * Something that takes many arrays here in one transfer.
   *
   * @param owner of the memory on the device
   */
  public Upload upload(NDManager owner) {
    return new Upload(this, owner);
  }

  Transfer transfer() {
    if (transfer == null) {
      transfer = new Transfer(this);
    }
    return transfer;
  }

  /**
   * Kernels, compiled for this device when they are first asked for.
   *
   * @param beside a class; the source is the resource {@code NAME.cu} of its package
   * @throws CudaException with what the compiler said
   */
  public synchronized Module module(Class<?> beside, String name) {
    return modules.computeIfAbsent(
        beside.getName() + " " + name,
        key -> {
          try (Entered entered = enter()) {
            long[] module = new long[1];
            call("cuModuleLoadData", module, code(beside, name));
            return new Module(module[0]);
          }
        });
  }

  private byte[] code(Class<?> beside, String name) {
    // The compiler looks for its own library of built-in functions by name alone.
    libraries.openBeside("libnvrtc", "libnvrtc-builtins");
    return Compiler.compile(compiler, Compiler.source(beside, name), name, architecture);
  }

  /** Compiled kernels. */
  public final class Module {
    private final long module;

    private Module(long module) {
      this.module = module;
    }

    /** The kernel with a name. */
    public Kernel kernel(String name) {
      try (Entered entered = enter()) {
        long[] function = new long[1];
        call("cuModuleGetFunction", function, module, name);
        return new Kernel(name, function[0]);
      }
    }
  }

  /** A program that runs on the device. */
  public static final class Kernel {
    private final String name;
    private final long function;

    private Kernel(String name, long function) {
      this.name = name;
      this.function = function;
    }

    /**
     * Hands over a kernel of a block for each row of a matrix; the block has whole warps, no more
     * than a row gives work to.
     */
    public void launchRows(int rows, long width, Arguments arguments) {
      launch(rows, (int) Math.min(MOST_THREADS, (width + WARP - 1) / WARP * WARP), arguments);
    }

    /**
     * Hands the kernel over; it runs after what was handed over before.
     *
     * @param blocks 0 for nothing to do
     * @param threads a block
     */
    public void launch(int blocks, int threads, Arguments arguments) {
      if (blocks == 0) {
        return;
      }
      CALLS.incrementAndGet();
      check(
          name,
          DriverCalls.cuLaunchKernel(
              function, blocks, 1, 1, threads, 1, 1, 0, 0, arguments.list(), Pointer.NULL));
    }
  }

  /** cuBLAS's cublasComputeType_t: 32F, 32F_FAST_TF32, 32F_FAST_16BF. */
  private static int computeType(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> 68;
      case TF32 -> 77;
      case BF16 -> 75;
    };
  }

  /** Copies on the device. */
  public void copy(long from, long to, long bytes) {
    check("cuMemcpyDtoDAsync", DriverCalls.cuMemcpyDtoDAsync_v2(to, from, bytes, 0));
  }

  /**
   * A product of row-major float32 matrices, {@code c = factor a b + kept c}.
   *
   * @param a rows x inner, or inner x rows where it is transposed
   * @param b inner x columns, or columns x inner where it is transposed
   * @param c rows x columns
   */
  public void multiply(
      Precision precision,
      int rows,
      int columns,
      int inner,
      float factor,
      long a,
      boolean transposeA,
      long b,
      boolean transposeB,
      float kept,
      long c) {
    alpha.setFloat(0, factor);
    beta.setFloat(0, kept);
    CALLS.incrementAndGet();
    // cuBLAS goes by columns, and a row-major matrix is the transpose of one that does: cT = bT aT.
    check(
        "cublasGemmEx",
        BlasCalls.cublasGemmEx(
            blas,
            transposeB ? 1 : 0,
            transposeA ? 1 : 0,
            columns,
            rows,
            inner,
            alpha,
            b,
            FLOAT32,
            transposeB ? inner : columns,
            a,
            FLOAT32,
            transposeA ? rows : inner,
            beta,
            c,
            FLOAT32,
            columns,
            computeType(precision),
            DEFAULT_ALGORITHM));
  }
}
