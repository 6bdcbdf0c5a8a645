package dev.twotower.trainer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * What this device does at best, measured now.
 *
 * @param matmulGigaflops floating-point operations of a large square matrix product per second, in
 *     billions
 * @param copyGigabytes bytes read plus bytes written by a large copy per second, in billions
 */
public record Rates(double matmulGigaflops, double copyGigabytes) {
  private static final int REPEATS = 3;

  /** Measures with the threads that the engine has now; the best of a few runs counts. */
  static Rates measure(NDManager owner) {
    boolean gpu = owner.getDevice().isGpu();
    int side = gpu ? 8192 : 1536;
    long floats = gpu ? 1L << 28 : 1L << 24;
    try (NDManager manager = owner.newSubManager()) {
      NDArray a = manager.ones(new Shape(side, side));
      NDArray from = manager.ones(new Shape(floats));
      NDArray to = manager.zeros(new Shape(floats));
      double product = Double.MAX_VALUE;
      double copy = Double.MAX_VALUE;
      for (int i = 0; i <= REPEATS; i++) {
        product = Math.min(product, seconds(a, () -> a.matMul(a).close()));
        copy = Math.min(copy, seconds(to, () -> to.set(new NDIndex(":"), from)));
      }
      return new Rates(2.0 * side * side * side / product / 1e9, 8.0 * floats / copy / 1e9);
    }
  }

  private static double seconds(NDArray witness, Runnable work) {
    long start = System.nanoTime();
    work.run();
    // Reading a value waits for a GPU.
    try (NDArray one = witness.get(0)) {
      one.getShape();
      if (witness.getDevice().isGpu()) {
        one.sum().getFloat();
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
