package dev.twotower.trainer.doctor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import dev.twotower.trainer.doctor.Diagnosis.DeviceInfo;
import dev.twotower.trainer.doctor.Diagnosis.EngineInfo;
import dev.twotower.trainer.doctor.Diagnosis.Finding;
import dev.twotower.trainer.doctor.Diagnosis.Machine;
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
    return new Diagnosis(
        version, java, machine, engine(), List.copyOf(devices), List.copyOf(findings));
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
    String name = device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
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
    } catch (RuntimeException failure) {
      findings.add(
          new Finding(
              !device.isGpu(),
              name + " does not work: " + causes(failure),
              "check the driver with nvidia-smi, or train with --device cpu"));
    }
  }

  private static String remedy() {
    return "the library is unpacked or downloaded into "
        + Utils.getEngineCacheDir("pytorch")
        + ", which must be writable with 2 GB free (ENGINE_CACHE_DIR moves it);"
        + " TWOTOWER_NATIVE=bundled uses the CPU library that comes along, without a network;"
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
