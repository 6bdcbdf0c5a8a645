package dev.twotower.trainer.loss;

import dev.twotower.masking.BatchIds;
import dev.twotower.masking.EngagedItems;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.LossConfig.Positive;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

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

  private final double[][] score;
  private final double[][] logit;
  private final double[][] gradient;
  private final int[] negatives;
  private final double[] ownGradient;
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
   * @param form what the anchors add up to
   */
  public record Terms(
      double temperature,
      ByUserAndItem logQ,
      ByUserAndItem share,
      Counting counting,
      Positive positive,
      ReferenceForm form) {
    /** The plain sum of the anchors' losses. */
    public Terms(
        double temperature,
        ByUserAndItem logQ,
        ByUserAndItem share,
        Counting counting,
        Positive positive) {
      this(temperature, logQ, share, counting, positive, ReferenceForm.SOFTMAX);
    }
  }

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
    this.score = new double[batch.size()][batch.candidates()];
    this.logit = new double[batch.size()][batch.candidates()];
    for (int i = 0; i < batch.size(); i++) {
      for (int k = 0; k < batch.candidates(); k++) {
        score[i][k] = product(i, k);
        logit[i][k] =
            score[i][k] / terms.temperature() - terms.logQ().of(batch.user(i), batch.item(k));
      }
    }
    this.gradient = new double[batch.size()][batch.candidates()];
    this.negative = new boolean[batch.size()][batch.candidates()];
    this.negatives = new int[batch.size()];
    for (int i = 0; i < batch.size(); i++) {
      negatives[i] = findNegatives(masks, engaged, i);
      anchorsWithoutNegatives += negatives[i] == 0 ? 1 : 0;
    }
    double[] weighed = terms.form().weights(this);
    for (int i = 0; i < batch.size(); i++) {
      if (negatives[i] > 0) {
        switch (terms.positive()) {
          case CORRECTED -> anchor(i, weighed[i]);
          case UNCORRECTED -> anchorWithoutPositive(i, weighed[i]);
        }
      }
    }
    loss = terms.form().loss(this).orElse(loss);
    this.ownGradient =
        IntStream.range(0, batch.size())
            .mapToDouble(i -> terms.form().ownGradient(this, i))
            .toArray();
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

  private double product(int i, int k) {
    double[] user = x[batch.request(i)];
    double[] item = y[batch.item(k)];
    double sum = 0;
    for (int d = 0; d < user.length; d++) {
      sum += user[d] * item[d];
    }
    return sum;
  }

  double score(int i, int k) {
    return score[i][k];
  }

  private double logit(int i, int k) {
    return logit[i][k];
  }

  private void anchor(int i, double v) {
    double highest = Math.max(logit(i, i), highestNegative(i));
    double denominator = Math.exp(logit(i, i) - highest) + sumOfNegatives(i, highest);
    loss += v * (Math.log(denominator) + highest - logit(i, i));
    for (int k = 0; k < batch.candidates(); k++) {
      if (negative[i][k]) {
        gradient[i][k] += v * Math.exp(logit(i, k) - highest) / denominator;
      }
    }
    gradient[i][i] += v * (Math.exp(logit(i, i) - highest) / denominator - 1);
  }

  private void anchorWithoutPositive(int i, double v) {
    double highest = highestNegative(i);
    double sum = sumOfNegatives(i, highest);
    double wrong = 1 - probability(i);
    loss += v * wrong * (logZ(i) - score(i, i) / terms.temperature());
    for (int k = 0; k < batch.candidates(); k++) {
      if (negative[i][k]) {
        gradient[i][k] += v * wrong * Math.exp(logit(i, k) - highest) / sum;
      }
    }
    gradient[i][i] -= v * wrong;
  }

  private double logZ(int i) {
    double highest = highestNegative(i);
    return Math.log(terms.share().of(batch.user(i), batch.item(i)) * sumOfNegatives(i, highest))
        + highest;
  }

  /** The positive's share of the anchor's denominator; 1 without negatives. */
  double probability(int i) {
    if (negatives[i] == 0) {
      return 1;
    }
    if (terms.positive() == Positive.CORRECTED) {
      double highest = Math.max(logit(i, i), highestNegative(i));
      double own = Math.exp(logit(i, i) - highest);
      return own / (own + sumOfNegatives(i, highest));
    }
    int draws = terms.counting() == Counting.ROWS ? negatives[i] : 1;
    return 1 / (1 + Math.exp(logZ(i) - Math.log(draws) - score(i, i) / terms.temperature()));
  }

  /** What is subtracted from the scaled score of the anchor's positive. */
  double positiveLogQ(int i) {
    return terms.positive() == Positive.CORRECTED
        ? terms.logQ().of(batch.user(i), batch.item(i))
        : 0;
  }

  /** How improbable the positive is in the catalogue, in nats; estimated from the batch. */
  double rarity(int i) {
    boolean summed = terms.counting() == Counting.ROWS && terms.positive() == Positive.CORRECTED;
    return -Math.log(probability(i))
        - positiveLogQ(i)
        - (summed ? Math.log(batch.candidates()) : 0);
  }

  BatchIds batch() {
    return batch;
  }

  Counting counting() {
    return terms.counting();
  }

  /** The weight v of a row; 0 where it has no negatives. */
  double weight(int i) {
    return negatives[i] > 0 ? weight[i] : 0;
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
      add(result[batch.request(i)], y[batch.item(i)], ownGradient[i]);
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
      add(result[batch.item(i)], x[batch.request(i)], ownGradient[i]);
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
