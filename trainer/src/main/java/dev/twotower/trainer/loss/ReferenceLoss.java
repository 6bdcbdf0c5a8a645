package dev.twotower.trainer.loss;

import dev.twotower.masking.BatchIds;
import dev.twotower.masking.EngagedItems;
import dev.twotower.masking.MaskSet;

/**
 * The loss as design 3.1 defines it, in plain doubles over all pairs of rows. Slow; the measure of
 * the engines.
 *
 * <p>Rows see user vectors by request and item vectors by item: {@code x[request]}, {@code
 * y[item]}.
 */
public final class ReferenceLoss {
  private final BatchIds batch;
  private final boolean[][] negative;
  private final double[][] x;
  private final double[][] y;
  private final double temperature;
  private final double[] logQ;
  private final double[] weight;

  private final double[][] gradient;
  private double loss;
  private int anchorsWithoutNegatives;

  /**
   * Computes the usual loss, positive corrected and in the denominator.
   *
   * @param x user vectors by request
   * @param y item vectors by item
   * @param temperature tau
   * @param logQ log q by item
   * @param weight v by row
   */
  public static ReferenceLoss of(
      BatchIds batch,
      MaskSet masks,
      EngagedItems engaged,
      double[][] x,
      double[][] y,
      double temperature,
      double[] logQ,
      double[] weight) {
    ReferenceLoss reference =
        new ReferenceLoss(batch, masks, engaged, x, y, temperature, logQ, weight);
    for (int i = 0; i < batch.size(); i++) {
      reference.anchor(i);
    }
    return reference;
  }

  /**
   * Computes the variant with the positive uncorrected and outside the denominator (arXiv
   * 2507.09331).
   */
  public static ReferenceLoss withoutPositive(
      BatchIds batch,
      MaskSet masks,
      EngagedItems engaged,
      double[][] x,
      double[][] y,
      double temperature,
      double[] logQ,
      double[] weight) {
    ReferenceLoss reference =
        new ReferenceLoss(batch, masks, engaged, x, y, temperature, logQ, weight);
    for (int i = 0; i < batch.size(); i++) {
      reference.anchorWithoutPositive(i);
    }
    return reference;
  }

  private ReferenceLoss(
      BatchIds batch,
      MaskSet masks,
      EngagedItems engaged,
      double[][] x,
      double[][] y,
      double temperature,
      double[] logQ,
      double[] weight) {
    this.batch = batch;
    this.x = x;
    this.y = y;
    this.temperature = temperature;
    this.logQ = logQ;
    this.weight = weight;
    int size = batch.size();
    this.gradient = new double[size][size];
    this.negative = new boolean[size][size];
    for (int i = 0; i < size; i++) {
      boolean any = false;
      for (int k = 0; k < size; k++) {
        negative[i][k] = k != i && !masks.removes(batch, engaged, i, k);
        any |= negative[i][k];
      }
      anchorsWithoutNegatives += any ? 0 : 1;
    }
  }

  private double score(int i, int k) {
    double[] user = x[batch.request(i)];
    double[] item = y[batch.item(k)];
    double sum = 0;
    for (int d = 0; d < user.length; d++) {
      sum += user[d] * item[d];
    }
    return sum;
  }

  private double logit(int i, int k) {
    return score(i, k) / temperature - logQ[batch.item(k)];
  }

  private void anchor(int i) {
    double highest = logit(i, i);
    for (int k = 0; k < batch.size(); k++) {
      highest = negative[i][k] ? Math.max(highest, logit(i, k)) : highest;
    }
    double denominator = Math.exp(logit(i, i) - highest);
    int negatives = 0;
    for (int k = 0; k < batch.size(); k++) {
      if (negative[i][k]) {
        denominator += Math.exp(logit(i, k) - highest);
        negatives++;
      }
    }
    if (negatives == 0) {
      return;
    }
    loss += weight[i] * (Math.log(denominator) + highest - logit(i, i));
    for (int k = 0; k < batch.size(); k++) {
      if (negative[i][k] || k == i) {
        gradient[i][k] += weight[i] * Math.exp(logit(i, k) - highest) / denominator;
      }
    }
    gradient[i][i] -= weight[i];
  }

  private void anchorWithoutPositive(int i) {
    double q = Math.exp(logQ[batch.item(i)]);
    double sum = 0;
    int negatives = 0;
    for (int k = 0; k < batch.size(); k++) {
      if (negative[i][k]) {
        sum += Math.exp(logit(i, k) + Math.log(1 - q));
        negatives++;
      }
    }
    if (negatives == 0) {
      return;
    }
    double own = score(i, i) / temperature;
    double mean = sum / negatives;
    double scale = weight[i] * (1 - Math.exp(own) / (Math.exp(own) + mean));
    loss += scale * (Math.log(sum) - own);
    for (int k = 0; k < batch.size(); k++) {
      if (negative[i][k]) {
        gradient[i][k] += scale * Math.exp(logit(i, k) + Math.log(1 - q)) / sum;
      }
    }
    gradient[i][i] -= scale;
  }

  /** The summed weighted loss. */
  public double loss() {
    return loss;
  }

  /** Anchors without a valid negative. */
  public int anchorsWithoutNegatives() {
    return anchorsWithoutNegatives;
  }

  /** dL/dl(i,k): 0 wherever k is masked for i. */
  public double logitGradient(int i, int k) {
    return gradient[i][k];
  }

  /** dL/dx by request. */
  public double[][] userGradient() {
    double[][] result = new double[x.length][x[0].length];
    for (int i = 0; i < batch.size(); i++) {
      for (int k = 0; k < batch.size(); k++) {
        add(result[batch.request(i)], y[batch.item(k)], gradient[i][k] / temperature);
      }
    }
    return result;
  }

  /** dL/dy by item. */
  public double[][] itemGradient() {
    double[][] result = new double[y.length][y[0].length];
    for (int i = 0; i < batch.size(); i++) {
      for (int k = 0; k < batch.size(); k++) {
        add(result[batch.item(k)], x[batch.request(i)], gradient[i][k] / temperature);
      }
    }
    return result;
  }

  /** dL/d(1/tau). */
  public double inverseTemperatureGradient() {
    double sum = 0;
    for (int i = 0; i < batch.size(); i++) {
      for (int k = 0; k < batch.size(); k++) {
        sum += gradient[i][k] * score(i, k);
      }
    }
    return sum;
  }

  private static void add(double[] into, double[] vector, double factor) {
    for (int d = 0; d < into.length; d++) {
      into[d] += factor * vector[d];
    }
  }
}
