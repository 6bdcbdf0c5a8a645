package dev.twotower.trainer.ids.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
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
    List<Double> errors = new ArrayList<>();
    for (double error : lost) {
      errors.add(whole == 0 ? 0 : error / whole);
    }
    return new Encoding(codes, errors);
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
