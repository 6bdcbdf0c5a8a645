package dev.twotower.trainer.doctor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import dev.twotower.data.disk.TemporaryFolder;
import dev.twotower.data.message.LocaleEncoding;
import dev.twotower.trainer.cuda.CudaDevice;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.doctor.Diagnosis.DeviceInfo;
import dev.twotower.trainer.doctor.Diagnosis.EngineInfo;
import dev.twotower.trainer.doctor.Diagnosis.Finding;
import dev.twotower.trainer.doctor.Diagnosis.Machine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks at the machine and starts the engine; never throws for what it finds. */
public final class Doctor {
  private static final String CUDA_REMEDY =
      "let scripts/twotower choose (unset TWOTOWER_NATIVE), which downloads the CUDA build of the"
          + " engine's library once; or name an installed libtorch 2.7.1 with PYTORCH_LIBRARY_PATH";

  /** Room for DuckDB's library, the largest of those that are unpacked. */
  private static final long UNPACKED_BYTES = 100L << 20;

  private static final long LITTLE_BYTES = 1L << 30;

  private final List<DeviceInfo> devices = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  private Doctor() {}

  /**
   * Examines this machine.
   *
   * @param version version of this program
   */
  public static Diagnosis examine(String version) {
    return new Doctor().diagnose(version);
  }

  private Diagnosis diagnose(String version) {
    Diagnosis.Java java =
        new Diagnosis.Java(
            System.getProperty("java.version"),
            System.getProperty("java.vendor"),
            System.getProperty("java.home"),
            Runtime.getRuntime().maxMemory());
    Machine machine =
        new Machine(
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            memory());
    if (!ByteBuffer.class.getModule().isOpen("java.nio", Doctor.class.getModule())) {
      findings.add(
          new Finding(
              true,
              "java.nio is closed, so data sets cannot be mapped",
              "start with scripts/twotower, or add --add-opens=java.base/java.nio=ALL-UNNAMED to"
                  + " java"));
    }
    Diagnosis.Surroundings surroundings = surroundings();
    return new Diagnosis(
        version,
        java,
        machine,
        surroundings,
        engine(),
        List.copyOf(devices),
        List.copyOf(findings));
  }

  private Diagnosis.Surroundings surroundings() {
    TemporaryFolder temporary = TemporaryFolder.ofThisProcess();
    Path working = Path.of("").toAbsolutePath();
    Long temporaryFree = free(temporary.path());
    Long workingFree = free(working);
    temporary
        .problem()
        .ifPresent(
            problem ->
                findings.add(
                    new Finding(
                        true,
                        "the temporary folder '%s' %s".formatted(temporary.path(), problem),
                        TemporaryFolder.REMEDY)));
    if (temporaryFree != null && temporaryFree < UNPACKED_BYTES) {
      findings.add(
          new Finding(
              true,
              "the temporary folder '%s' has %d MB free, and native libraries take %d"
                  .formatted(temporary.path(), temporaryFree >> 20, UNPACKED_BYTES >> 20),
              TemporaryFolder.REMEDY));
    }
    if (workingFree != null && workingFree < LITTLE_BYTES) {
      findings.add(
          new Finding(
              false,
              "%s has %d MB free".formatted(working, workingFree >> 20),
              "make room, or write data sets and runs to another disk"));
    }
    if (!LocaleEncoding.isComplete()) {
      findings.add(
          new Finding(
              false,
              "the locale's encoding is %s: names with letters that it does not have cannot be used"
                  .formatted(LocaleEncoding.name()),
              LocaleEncoding.REMEDY));
    }
    return new Diagnosis.Surroundings(
        LocaleEncoding.name(),
        temporary.path().toString(),
        temporaryFree,
        working.toString(),
        workingFree);
  }

  private static Long free(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException unknown) {
      return null;
    }
  }

  private EngineInfo engine() {
    try {
      Engine engine = Engine.getInstance();
      device(engine, Device.cpu());
      for (int i = 0; i < engine.getGpuCount(); i++) {
        device(engine, Device.gpu(i));
      }
      if (engine.getGpuCount() == 0 && Files.exists(Path.of("/dev/nvidia0"))) {
        findings.add(
            new Finding(
                false, "this machine has an NVIDIA GPU that the engine does not use", CUDA_REMEDY));
      }
      return new EngineInfo(
          engine.getEngineName(),
          engine.getVersion(),
          Engine.getDjlVersion(),
          System.getProperty("twotower.native", ""),
          LibUtils.getLibtorchPath());
    } catch (RuntimeException | LinkageError failure) {
      findings.add(new Finding(true, "the engine does not start: " + causes(failure), remedy()));
      return null;
    }
  }

  /** Notes a device once it has multiplied two matrices. */
  private void device(Engine engine, Device device) {
    String name = Devices.name(device);
    try (NDManager manager = engine.newBaseManager(device)) {
      NDArray two = manager.create(new float[] {2, 0, 0, 2}, new ai.djl.ndarray.types.Shape(2, 2));
      float product = two.matMul(two).getFloat(0, 0);
      if (product != 4) {
        findings.add(
            new Finding(true, name + " computes 2 x 2 = " + product, "use another device"));
      }
      MemoryUsage memory = device.isGpu() ? CudaUtils.getGpuMemory(device) : null;
      devices.add(
          new DeviceInfo(
              name,
              memory == null ? null : memory.getMax(),
              memory == null ? null : memory.getUsed(),
              device.isGpu() ? CudaUtils.getComputeCapability(device.getDeviceId()) : null));
      if (device.isGpu()) {
        kernels(name, CudaDevice.find(device.getDeviceId()));
      }
    } catch (RuntimeException failure) {
      findings.add(
          new Finding(
              !device.isGpu(),
              name + " does not work: " + causes(failure),
              "check the driver with nvidia-smi, or train with --device cpu"));
    }
  }

  private void kernels(String name, CudaDevice.Found found) {
    if (found.device().isEmpty()) {
      findings.add(
          new Finding(
              false,
              name + " trains with the engine's operations, which are slower: " + found.missing(),
              "use a CUDA build of the engine with its driver, NVRTC and cuBLAS; see docs/gpu.md"));
    }
  }

  private static String remedy() {
    return "the library is unpacked or downloaded into "
        + Utils.getEngineCacheDir("pytorch")
        + ", which must be writable with 2 GB free (ENGINE_CACHE_DIR moves it);"
        + " TWOTOWER_NATIVE=bundled uses the CPU library that is included, without a network;"
        + " PYTORCH_LIBRARY_PATH names an installed libtorch 2.7.1";
  }

  private static String causes(Throwable failure) {
    List<String> messages = new ArrayList<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.add(cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage());
    }
    return String.join(": ", messages.stream().distinct().toList());
  }

  private static Long memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : null;
  }
}
