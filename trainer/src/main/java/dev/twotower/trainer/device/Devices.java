package dev.twotower.trainer.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import dev.twotower.data.disk.TemporaryFolder;
import dev.twotower.data.message.ProgramName;
import dev.twotower.data.parallel.Workers;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Turns the configuration's {@code device} and {@code threads} into the engine's terms. */
public final class Devices {
  /** What the engine calls files and folders that it is unpacking. */
  private static final List<String> TEMPORARY = List.of("tmp");

  private Devices() {}

  /**
   * The device to use.
   *
   * @param name {@code auto} (the first GPU where there is one), {@code cpu} or {@code gpu:N}
   * @throws IllegalArgumentException naming the devices there are
   */
  public static Device resolve(String name) {
    int gpus = engine().getGpuCount();
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
        "device is '%s'; allowed here: auto, cpu (found: %s); '%s' says what is missing"
            .formatted(name, found, ProgramName.command("doctor")));
  }

  /** What {@link #resolve} takes for a device. */
  public static String name(Device device) {
    return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
  }

  /**
   * Who owns what is drawn at random before it goes to a manager's device: numbers are drawn on the
   * CPU, so that a device does not change what a seed gives.
   *
   * @return the manager itself where it is on the CPU, and else one to be closed
   */
  public static NDManager drawing(NDManager manager) {
    return manager.getDevice().isGpu() ? NDManager.newBaseManager(Device.cpu()) : manager;
  }

  /**
   * Sets the threads that the engine takes when this thread calls it; 0 restores what the engine
   * began with, which is one per core unless something outside sets it. Among runs side by side it
   * stays at one.
   */
  public static void useThreads(int threads) {
    engine();
    int beganWith = Default.THREADS;
    JniUtils.setNumThreads(Workers.inChunk() ? 1 : threads > 0 ? threads : beganWith);
  }

  /**
   * Threads for work beside the engine: the number that a configuration gives, with 0 for one per
   * core; one among runs side by side.
   */
  public static int threads(int threads) {
    if (Workers.inChunk()) {
      return 1;
    }
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }

  /**
   * Threads that call the engine themselves, each on a core of its own: the engine takes one thread
   * in each of them, and records no gradients.
   *
   * @param threads as a configuration gives them
   */
  public static Workers workers(int threads) {
    engine();
    return new Workers(threads(threads), new OneEngineThread());
  }

  /** As {@link #workers(int)} on a CPU; a GPU is fed by one thread. */
  public static Workers workers(int threads, Device device) {
    return workers(device.isGpu() ? 1 : threads);
  }

  /**
   * Does some work with one thread of the engine. Its sums are added up in another order for
   * another number of threads.
   */
  public static void onOneThread(Runnable work) {
    onOneThread(
        () -> {
          work.run();
          return null;
        });
  }

  /** The same for something that gives a result. */
  public static <T> T onOneThread(Supplier<T> work) {
    int before = JniUtils.getNumThreads();
    JniUtils.setNumThreads(1);
    try {
      return work.get();
    } finally {
      JniUtils.setNumThreads(before);
    }
  }

  /** How many threads the engine takes is a matter of each thread that calls it. */
  private static final class OneEngineThread implements Workers.Setting {
    @Override
    public Runnable begin() {
      int before = JniUtils.getNumThreads();
      JniUtils.setNumThreads(1);
      return () -> JniUtils.setNumThreads(before);
    }

    @Override
    public void join() {
      // A thread that has not asked yet would take, at its first operation, what another set last.
      JniUtils.getNumThreads();
      JniUtils.setNumThreads(1);
      JniUtils.setGradMode(false);
    }
  }

  /** The engine; what killed processes left when they unpacked its library, is removed first. */
  private static Engine engine() {
    return Unpacked.ENGINE;
  }

  private static final class Unpacked {
    private static final Engine ENGINE;

    static {
      Path cache = Utils.getEngineCacheDir("pytorch");
      TemporaryFolder.at(cache).removeAbandoned(TEMPORARY);
      try (DirectoryStream<Path> versions = Files.newDirectoryStream(cache, Files::isDirectory)) {
        versions.forEach(version -> TemporaryFolder.at(version).removeAbandoned(TEMPORARY));
      } catch (IOException | DirectoryIteratorException none) {
        // Nothing has been unpacked here yet.
      }
      ENGINE = Engine.getInstance();
    }
  }

  /** Read before {@link #useThreads} sets others, the first time as well. */
  private static final class Default {
    private static final int THREADS = JniUtils.getNumThreads();
  }
}
