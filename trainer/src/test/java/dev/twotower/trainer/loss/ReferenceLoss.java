package dev.twotower.trainer.loss;

import dev.twotower.masking.BatchIds;
import dev.twotower.masking.EngagedItems;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.LossConfig.Positive;
import java.util.HashSet;
import java.util.Set;

/**
 * The loss as design 3.1 and 3.4 define it, in plain doubles over all pairs of rows and candidates.
 * Slow; the measure of the engines.
 *
 * <p>Rows see user vectors by request and item vectors by item: {@code x[request]}, {@code
 * y[item]}.
 */
public final class ReferenceLoss {
  private final BatchIds batch;
  private final boolean[][] negative;
  private final double[][] x;
  private final double[][] y;
  private final Terms terms;
  private final double[] weight;

  private final double[][] gradient;
  private double loss;
  private int anchorsWithoutNegatives;

  /** A number that depends on an anchor's user and an item. */
  @FunctionalInterface
  public interface ByUserAndItem {
    double of(int user, int item);

    /** The same for every user. */
    static ByUserAndItem ofItem(double[] values) {
      return (user, item) -> values[item];
    }
  }

  /**
   * How candidates are corrected and counted (design 3.4).
   *
   * @param temperature tau
   * @param logQ log q
   * @param share what q leaves for other items than the positive, 1 - q(p); used where the positive
   *     is uncorrected
   * @param counting rows: every candidate counts; unique: each distinct item once
   * @param positive uncorrected: and outside the denominator
   */
  public record Terms(
      double temperature,
      ByUserAndItem logQ,
      ByUserAndItem share,
      Counting counting,
      Positive positive) {}

  /**
   * Computes loss and gradients.
   *
   * @param x user vectors by request
   * @param y item vectors by item
   * @param weight v by row
   */
  public static ReferenceLoss of(
      BatchIds batch,
      MaskSet masks,
      EngagedItems engaged,
      double[][] x,
      double[][] y,
      Terms terms,
      double[] weight) {
    return new ReferenceLoss(batch, masks, engaged, x, y, terms, weight);
  }

  private ReferenceLoss(
      BatchIds batch,
      MaskSet masks,
      EngagedItems engaged,
      double[][] x,
      double[][] y,
      Terms terms,
      double[] weight) {
    this.batch = batch;
    this.x = x;
    this.y = y;
    this.terms = terms;
    this.weight = weight;
    this.gradient = new double[batch.size()][batch.candidates()];
    this.negative = new boolean[batch.size()][batch.candidates()];
    for (int i = 0; i < batch.size(); i++) {
      int negatives = findNegatives(masks, engaged, i);
      if (negatives == 0) {
        anchorsWithoutNegatives++;
        continue;
      }
      switch (terms.positive()) {
        case CORRECTED -> anchor(i);
        case UNCORRECTED -> anchorWithoutPositive(i, negatives);
      }
    }
  }

  private int findNegatives(MaskSet masks, EngagedItems engaged, int i) {
    Set<Integer> counted = new HashSet<>();
    int count = 0;
    for (int k = 0; k < batch.candidates(); k++) {
      if (k != i
          && !masks.removes(batch, engaged, i, k)
          && (counted.add(batch.item(k)) || terms.counting() == Counting.ROWS)) {
        negative[i][k] = true;
        count++;
      }
    }
    return count;
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
    return score(i, k) / terms.temperature() - terms.logQ().of(batch.user(i), batch.item(k));
  }

  private void anchor(int i) {
    double highest = Math.max(logit(i, i), highestNegative(i));
    double denominator = Math.exp(logit(i, i) - highest) + sumOfNegatives(i, highest);
    loss += weight[i] * (Math.log(denominator) + highest - logit(i, i));
    for (int k = 0; k < batch.candidates(); k++) {
      if (negative[i][k]) {
        gradient[i][k] += weight[i] * Math.exp(logit(i, k) - highest) / denominator;
      }
    }
    gradient[i][i] += weight[i] * (Math.exp(logit(i, i) - highest) / denominator - 1);
  }

  private void anchorWithoutPositive(int i, int negatives) {
    double highest = highestNegative(i);
    double sum = sumOfNegatives(i, highest);
    double own = score(i, i) / terms.temperature();
    double logZ = Math.log(terms.share().of(batch.user(i), batch.item(i)) * sum) + highest;
    int draws = terms.counting() == Counting.ROWS ? negatives : 1;
    double wrong = 1 / (1 + Math.exp(own - logZ + Math.log(draws)));
    loss += weight[i] * wrong * (logZ - own);
    for (int k = 0; k < batch.candidates(); k++) {
      if (negative[i][k]) {
        gradient[i][k] += weight[i] * wrong * Math.exp(logit(i, k) - highest) / sum;
      }
    }
    gradient[i][i] -= weight[i] * wrong;
  }

  private double highestNegative(int i) {
    double highest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < batch.candidates(); k++) {
      highest = negative[i][k] ? Math.max(highest, logit(i, k)) : highest;
    }
    return highest;
  }

  private double sumOfNegatives(int i, double shift) {
    double sum = 0;
    for (int k = 0; k < batch.candidates(); k++) {
      sum += negative[i][k] ? Math.exp(logit(i, k) - shift) : 0;
    }
    return sum;
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
      for (int k = 0; k < batch.candidates(); k++) {
        add(result[batch.request(i)], y[batch.item(k)], gradient[i][k] / terms.temperature());
      }
    }
    return result;
  }

  /** dL/dy by item. */
  public double[][] itemGradient() {
    double[][] result = new double[y.length][y[0].length];
    for (int i = 0; i < batch.size(); i++) {
      for (int k = 0; k < batch.candidates(); k++) {
        add(result[batch.item(k)], x[batch.request(i)], gradient[i][k] / terms.temperature());
      }
    }
    return result;
  }

  /** dL/d(1/tau). */
  public double inverseTemperatureGradient() {
    double sum = 0;
    for (int i = 0; i < batch.size(); i++) {
      for (int k = 0; k < batch.candidates(); k++) {
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
