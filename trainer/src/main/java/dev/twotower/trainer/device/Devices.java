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

  /** Limits the engine's threads; 0 leaves its default, one a core. */
  public static void useThreads(int threads) {
    Engine.getInstance();
    if (threads > 0) {
      JniUtils.setNumThreads(threads);
    }
  }
}
