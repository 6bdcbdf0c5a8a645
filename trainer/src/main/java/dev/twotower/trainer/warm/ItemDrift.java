package dev.twotower.trainer.warm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.Continued.Drift;
import dev.twotower.trainer.tensor.ArrayMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How far items went since an earlier model: holds its vectors of the items that both data sets
 * have and that have one, 4 bytes a number, and the nearest items of a sample.
 */
public final class ItemDrift {
  private static final int NEIGHBOURS = 10;
  private static final int SAMPLE = 500;

  /** Scores held at once. */
  private static final int TILE = 1 << 22;

  private static final int BLOCK = 4096;

  private final int[] items;
  private final float[][] then;
  private final int[] sample;
  private final int[][] nearest;

  /**
   * @param scorer of the earlier model
   * @param from for each item of the new data set that of the earlier one, or -1
   */
  ItemDrift(ModelScorer scorer, int[] from) {
    float[][] all = vectors(scorer);
    List<Integer> shared = new ArrayList<>();
    for (int item = 0; item < from.length; item++) {
      if (from[item] >= 0 && length(all[from[item]]) > 0) {
        shared.add(item);
      }
    }
    items = shared.stream().mapToInt(Integer::intValue).toArray();
    then = Arrays.stream(items).mapToObj(item -> all[from[item]]).toArray(float[][]::new);
    sample = new int[Math.min(SAMPLE, items.length)];
    Arrays.setAll(sample, i -> (int) ((long) i * items.length / sample.length));
    nearest = nearest(scorer.itemVectors().getManager(), then);
  }

  /** The drift up to a model of the new data set. */
  public Drift upTo(ModelScorer scorer) {
    float[][] all = vectors(scorer);
    float[][] now = Arrays.stream(items).mapToObj(item -> all[item]).toArray(float[][]::new);
    double cosines = 0;
    for (int i = 0; i < items.length; i++) {
      double lengths = length(then[i]) * length(now[i]);
      cosines += lengths == 0 ? 0 : dot(then[i], now[i]) / lengths;
    }
    int[][] after = nearest(scorer.itemVectors().getManager(), now);
    double kept = 0;
    for (int i = 0; i < sample.length; i++) {
      int[] before = nearest[i];
      kept +=
          (double) Arrays.stream(after[i]).filter(item -> contains(before, item)).count()
              / Math.max(1, before.length);
    }
    return new Drift(
        items.length,
        items.length == 0 ? 1 : cosines / items.length,
        Math.min(NEIGHBOURS, Math.max(0, items.length - 1)),
        sample.length,
        sample.length == 0 || items.length == 1 ? 1 : kept / sample.length);
  }

  private static boolean contains(int[] items, int wanted) {
    return Arrays.stream(items).anyMatch(item -> item == wanted);
  }

  private static float[][] vectors(ModelScorer scorer) {
    ArrayMatrix matrix = new ArrayMatrix("items", scorer.itemVectors());
    float[][] vectors = new float[matrix.rows()][];
    float[] block = new float[BLOCK * matrix.dimension()];
    for (int from = 0; from < vectors.length; from += BLOCK) {
      int count = Math.min(BLOCK, vectors.length - from);
      matrix.read(from, count, block);
      for (int i = 0; i < count; i++) {
        int at = i * matrix.dimension();
        vectors[from + i] = Arrays.copyOfRange(block, at, at + matrix.dimension());
      }
    }
    return vectors;
  }

  /** The nearest other items of each sampled one, by the product, ties by the lower position. */
  private int[][] nearest(NDManager owner, float[][] vectors) {
    int[][] found = new int[sample.length][];
    if (sample.length == 0) {
      return found;
    }
    int n = vectors.length;
    int dim = vectors[0].length;
    int tile = Math.max(1, TILE / n);
    try (NDManager scratch = owner.newSubManager()) {
      NDArray all = scratch.create(flat(vectors), new Shape(n, dim));
      NDArray transposed = all.transpose();
      for (int from = 0; from < sample.length; from += tile) {
        int to = Math.min(sample.length, from + tile);
        try (NDManager block = scratch.newSubManager()) {
          long[] rows = Arrays.stream(sample, from, to).asLongStream().toArray();
          float[] scores =
              all.get(block, new NDIndex("{}", block.create(rows)))
                  .matMul(transposed)
                  .toFloatArray();
          for (int i = from; i < to; i++) {
            found[i] = best(scores, (i - from) * n, n, sample[i]);
          }
        }
      }
    }
    return found;
  }

  private static float[] flat(float[][] vectors) {
    float[] flat = new float[Math.multiplyExact(vectors.length, vectors[0].length)];
    for (int i = 0; i < vectors.length; i++) {
      System.arraycopy(vectors[i], 0, flat, i * vectors[0].length, vectors[0].length);
    }
    return flat;
  }

  private static int[] best(float[] scores, int start, int n, int itself) {
    int[] best = new int[Math.min(NEIGHBOURS, n - 1)];
    int size = 0;
    for (int item = 0; item < n; item++) {
      if (item == itself) {
        continue;
      }
      float score = scores[start + item];
      if (size == best.length && !(score > scores[start + best[size - 1]])) {
        continue;
      }
      int at = size == best.length ? size - 1 : size++;
      for (; at > 0 && score > scores[start + best[at - 1]]; at--) {
        best[at] = best[at - 1];
      }
      best[at] = item;
    }
    return best;
  }

  private static double length(float[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  private static double dot(float[] x, float[] y) {
    double sum = 0;
    for (int d = 0; d < x.length; d++) {
      sum += (double) x[d] * y[d];
    }
    return sum;
  }
}
