package dev.twotower.trainer.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** Turns the configuration's {@code device} and {@code threads} into the engine's terms. */
public final class Devices {
  private Devices() {}

  /**
   * The device to use.
   *
   * @param name {@code auto} (the first GPU where there is one), {@code cpu} or {@code gpu:N}
   * @throws IllegalArgumentException naming the devices there are
   */
  public static Device resolve(String name) {
    int gpus = Engine.getInstance().getGpuCount();
    if (name.equals("auto")) {
      return gpus > 0 ? Device.gpu(0) : Device.cpu();
    }
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    int number = name.matches("gpu:[0-9]{1,3}") ? Integer.parseInt(name.substring(4)) : -1;
    if (number >= 0 && number < gpus) {
      return Device.gpu(number);
    }
    String found = gpus == 0 ? "no GPU that the engine can use" : "gpu:0 to gpu:" + (gpus - 1);
    throw new IllegalArgumentException(
        "device is '%s'; allowed here: auto, cpu (found: %s); 'twotower doctor' says what is missing"
            .formatted(name, found));
  }

  /**
   * Sets the engine's threads, of the whole process; 0 restores what the engine began with, which
   * is one a core where nothing outside says otherwise.
   */
  public static void useThreads(int threads) {
    Engine.getInstance();
    JniUtils.setNumThreads(threads > 0 ? threads : Default.THREADS);
  }

  /** Threads for work beside the engine: as many as a configuration says, 0 being one a core. */
  public static int threads(int threads) {
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }

  /** Read before anything sets them. */
  private static final class Default {
    private static final int THREADS = JniUtils.getNumThreads();
  }
}
