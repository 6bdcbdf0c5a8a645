package dev.twotower.trainer.contrastive;

/**
 * The definition in plain doubles, pair by pair (package description); for tests and small cases.
 *
 * @param loss the mean over anchors with a positive; 0 where there are none
 * @param gradient dL/dZ, n x d
 * @param anchors how many there are
 */
public record ReferenceGradedLoss(double loss, double[][] gradient, int anchors) {
  /**
   * Computes loss and gradient.
   *
   * @param vectors n x d
   * @param temperature tau, above 0
   */
  public static ReferenceGradedLoss of(
      double[][] vectors, PairTargets targets, double temperature) {
    int size = targets.size();
    int anchors = 0;
    for (int i = 0; i < size; i++) {
      anchors += total(targets, i) > 0 ? 1 : 0;
    }
    double loss = 0;
    double[][] gradient = new double[size][size == 0 ? 0 : vectors[0].length];
    for (int i = 0; i < size; i++) {
      double total = total(targets, i);
      if (total == 0) {
        continue;
      }
      double highest = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < size; j++) {
        if (targets.weight(i, j) >= 0) {
          highest = Math.max(highest, dot(vectors[i], vectors[j]) / temperature);
        }
      }
      double sum = 0;
      for (int j = 0; j < size; j++) {
        if (targets.weight(i, j) >= 0) {
          sum += Math.exp(dot(vectors[i], vectors[j]) / temperature - highest);
        }
      }
      for (int j = 0; j < size; j++) {
        if (targets.weight(i, j) < 0) {
          continue;
        }
        double logProbability = dot(vectors[i], vectors[j]) / temperature - highest - Math.log(sum);
        double target = targets.weight(i, j) / total;
        loss -= target * logProbability / anchors;
        double toScore = (Math.exp(logProbability) - target) / (anchors * temperature);
        for (int d = 0; d < vectors[i].length; d++) {
          gradient[i][d] += toScore * vectors[j][d];
          gradient[j][d] += toScore * vectors[i][d];
        }
      }
    }
    return new ReferenceGradedLoss(loss, gradient, anchors);
  }

  private static double total(PairTargets targets, int i) {
    double total = 0;
    for (int j = 0; j < targets.size(); j++) {
      total += Math.max(0, targets.weight(i, j));
    }
    return total;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }
}
