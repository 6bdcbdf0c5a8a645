package dev.twotower.trainer.ids.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;
import java.util.List;

/**
 * All items' codes under a quantiser as it is now.
 *
 * @param codes rows x levels
 * @param prefixErrors share of the vectors' variance lost by the reconstruction from each prefix
 */
record Encoding(int[][] codes, List<Double> prefixErrors) {
  private static final int CHUNK = 8192;

  /**
   * Encodes vectors.
   *
   * @param vectors centred, n x d, on the quantiser's device
   */
  static Encoding of(Quantizer quantizer, NDArray vectors) {
    int rows = Math.toIntExact(vectors.getShape().get(0));
    int[][] codes = new int[rows][quantizer.levels()];
    double[] lost = new double[quantizer.levels()];
    double whole = 0;
    for (int from = 0; from < rows; from += CHUNK) {
      try (NDManager scratch = quantizer.manager().newSubManager()) {
        NDArray x =
            vectors.get(new NDIndex().addSliceDim(from, Math.min(rows, (long) from + CHUNK)));
        x.attach(scratch);
        whole += x.square().sum().getFloat();
        Quantizer.Quantised quantised = quantizer.quantise(quantizer.encode(x).stopGradient());
        int[][] byLevel = quantised.codes();
        for (int level = 0; level < lost.length; level++) {
          for (int i = 0; i < byLevel[level].length; i++) {
            codes[from + i][level] = byLevel[level][i];
          }
          NDArray decoded = quantizer.decode(quantised.prefixes().get(level));
          lost[level] += decoded.sub(x).square().sum().getFloat();
        }
      }
    }
    return new Encoding(codes, shares(lost, whole));
  }

  /**
   * The errors of codes that are given.
   *
   * @param vectors centred, n x d
   * @param codes rows x levels
   */
  static Encoding given(Quantizer quantizer, float[][] vectors, int[][] codes) {
    double[] lost = new double[quantizer.levels()];
    double whole = 0;
    for (int from = 0; from < codes.length; from += CHUNK) {
      int to = Math.min(codes.length, from + CHUNK);
      try (NDManager scratch = quantizer.manager().newSubManager()) {
        NDArray x = scratch.create(Arrays.copyOfRange(vectors, from, to));
        whole += x.square().sum().getFloat();
        List<NDArray> prefixes = quantizer.prefixes(scratch, Arrays.copyOfRange(codes, from, to));
        for (int level = 0; level < lost.length; level++) {
          lost[level] += quantizer.decode(prefixes.get(level)).sub(x).square().sum().getFloat();
        }
      }
    }
    return new Encoding(codes, shares(lost, whole));
  }

  private static List<Double> shares(double[] lost, double whole) {
    return Arrays.stream(lost).mapToObj(error -> whole == 0 ? 0 : error / whole).toList();
  }

  /**
   * What a level quantises of some items: n x latent.
   *
   * @param vectors centred
   */
  static float[][] residuals(Quantizer quantizer, float[][] vectors, int level) {
    try (NDManager scratch = quantizer.manager().newSubManager()) {
      NDArray latent = quantizer.encode(scratch.create(vectors)).stopGradient();
      return rows(quantizer.quantise(latent).residuals().get(level));
    }
  }

  private static float[][] rows(NDArray matrix) {
    int width = Math.toIntExact(matrix.getShape().get(1));
    float[] flat = matrix.toFloatArray();
    float[][] rows = new float[flat.length / width][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }
}
