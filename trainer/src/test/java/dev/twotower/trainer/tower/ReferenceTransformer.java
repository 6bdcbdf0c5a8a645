package dev.twotower.trainer.tower;

import java.util.Map;

/**
 * The transformer of a history in plain doubles, one history at a time and without places that are
 * not used (Kang and McAuley 2018).
 */
final class ReferenceTransformer {
  private static final double EPSILON = 1e-5;

  private final int width;
  private final int layers;
  private final int heads;
  private final Map<String, double[]> parameters;

  /**
   * @param parameters by the names of the block's, row by row
   */
  ReferenceTransformer(int width, int layers, int heads, Map<String, double[]> parameters) {
    this.width = width;
    this.layers = layers;
    this.heads = heads;
    this.parameters = parameters;
  }

  /**
   * @param vectors of the items, newest first
   * @param codes of the items, by the parameter that has a vector for each code
   */
  double[] pool(double[][] vectors, Map<String, int[]> codes) {
    int count = vectors.length;
    double[] pooled = new double[width];
    if (count == 0) {
      return pooled;
    }
    double[][] x = new double[count][width];
    for (int place = 0; place < count; place++) {
      for (int i = 0; i < width; i++) {
        x[place][i] = vectors[place][i] + parameters.get("positions")[place * width + i];
        for (Map.Entry<String, int[]> each : codes.entrySet()) {
          x[place][i] += parameters.get(each.getKey())[each.getValue()[place] * width + i];
        }
      }
    }
    for (int layer = 1; layer < layers; layer++) {
      x = layer(layer, x);
    }
    for (double[] each : x) {
      for (int i = 0; i < width; i++) {
        pooled[i] += each[i] / count;
      }
    }
    return layerAt(layers, x, 0, pooled);
  }

  /** What a layer gives at all places. */
  double[][] layer(int layer, double[][] x) {
    double[][] y = new double[x.length][];
    for (int place = 0; place < x.length; place++) {
      y[place] = layerAt(layer, x, place, x[place]);
    }
    return y;
  }

  /** What a layer adds to {@code base} at one place, which sees itself and older ones. */
  private double[] layerAt(int layer, double[][] x, int place, double[] base) {
    String of = "%02dlayer_".formatted(layer);
    double[] read = new double[width];
    double[] query = times(of + "query", normal(of + "attention", x[place]));
    int size = width / heads;
    for (int head = 0; head < heads; head++) {
      double[] shares = new double[x.length];
      double sum = 0;
      for (int other = place; other < x.length; other++) {
        double[] key = times(of + "key", normal(of + "attention", x[other]));
        double score = 0;
        for (int i = head * size; i < (head + 1) * size; i++) {
          score += query[i] * key[i];
        }
        shares[other] = Math.exp(score / Math.sqrt(size));
        sum += shares[other];
      }
      for (int other = place; other < x.length; other++) {
        double[] value = times(of + "value", normal(of + "attention", x[other]));
        for (int i = head * size; i < (head + 1) * size; i++) {
          read[i] += shares[other] / sum * value[i];
        }
      }
    }
    double[] attended = plus(base, times(of + "output", read));
    double[] hidden =
        plus(times(of + "inner", normal(of + "inner", attended)), parameters.get(of + "innerBias"));
    for (int i = 0; i < width; i++) {
      hidden[i] = Math.max(0, hidden[i]);
    }
    return plus(attended, plus(times(of + "outer", hidden), parameters.get(of + "outerBias")));
  }

  private double[] normal(String name, double[] x) {
    double mean = 0;
    for (double value : x) {
      mean += value / width;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / width;
    }
    double[] scale = parameters.get(name + "Scale");
    double[] shift = parameters.get(name + "Shift");
    double[] y = new double[width];
    for (int i = 0; i < width; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(variance + EPSILON) * scale[i] + shift[i];
    }
    return y;
  }

  private double[] times(String name, double[] x) {
    double[] matrix = parameters.get(name);
    double[] y = new double[width];
    for (int row = 0; row < width; row++) {
      for (int i = 0; i < width; i++) {
        y[row] += matrix[row * width + i] * x[i];
      }
    }
    return y;
  }

  private static double[] plus(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }
}
