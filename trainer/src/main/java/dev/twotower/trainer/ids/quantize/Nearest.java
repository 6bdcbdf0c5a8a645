package dev.twotower.trainer.ids.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The nearest of some vectors, by Euclidean distance. */
final class Nearest {
  private Nearest() {}

  /**
   * Numbers of the nearest codes.
   *
   * @param points n x d, detached
   * @param codes k x d, detached
   * @return int64, n
   */
  static NDArray of(NDArray points, NDArray codes) {
    // |p - c|^2 = |p|^2 - 2 (p.c - |c|^2 / 2)
    NDArray half = codes.square().sum(new int[] {1}).mul(0.5f);
    return points.matMul(codes.transpose()).sub(half).argMax(1);
  }

  static int[] of(NDManager manager, NDArray points, float[][] codes) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray own = points.duplicate();
      own.attach(scratch);
      return ints(of(own, scratch.create(codes)));
    }
  }

  static int[] ints(NDArray numbers) {
    long[] wide = numbers.toLongArray();
    int[] narrow = new int[wide.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (int) wide[i];
    }
    return narrow;
  }
}
