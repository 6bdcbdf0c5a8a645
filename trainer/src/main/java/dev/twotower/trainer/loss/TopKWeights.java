package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.TopKConfig;

/**
 * Weighs anchors by how far their score is above that of the K-th item of their user (form top-k;
 * theory in the package description).
 *
 * @param config K and the temperature
 * @param counting what log q counts
 * @param tileElements scores that are held at a time, about
 */
record TopKWeights(TopKConfig config, Counting counting, int tileElements) {
  /**
   * What the weights make of a batch.
   *
   * @param weights the anchors' own weights times 2 / (1 + e^((threshold - score) / temperature)),
   *     by positive of the plan
   * @param ownGradient what a higher weight costs, as a gradient at each positive's own logit
   * @param loss of the batch
   * @param inverseTemperature what {@code ownGradient} adds to dL/d(1/tau) though weights do not
   *     depend on tau
   */
  record Weighed(float[] weights, float[] ownGradient, double loss, double inverseTemperature) {}

  /**
   * Weighs the anchors of a batch.
   *
   * @param x query vectors, queries x d
   * @param y column vectors, columns x d
   * @param terms with log q and the anchors' own weights
   * @param surprise -log P of each positive, its logit being corrected or not
   */
  Weighed weigh(
      NDManager manager,
      NegativesPlan plan,
      NDArray x,
      NDArray y,
      LossTerms terms,
      float[] surprise) {
    float[] threshold;
    float[] score;
    try (NDManager scratch = manager.newSubManager()) {
      NDList inputs = new NDList(x, y);
      inputs.tempAttach(scratch);
      threshold =
          new TopKThresholds(config.k(), counting, plan, terms.columnLogQ())
              .of(scratch, x, y, tileElements);
      score = scores(scratch, plan, x, y);
    }
    // A denominator over T draws is T times that over the catalogue.
    boolean summed = counting == Counting.ROWS && terms.leftOut().isEmpty();
    double logDraws = summed ? Math.log(plan.index().candidates()) : 0;
    float[] weights = new float[plan.positives()];
    float[] ownGradient = new float[plan.positives()];
    double loss = 0;
    double inverseTemperature = 0;
    for (int query = 0; query < plan.queries(); query++) {
      for (int at = plan.positiveStart(query); at < plan.positiveEnd(query); at++) {
        if (plan.negatives(at) == 0) {
          continue;
        }
        double v = 2 * terms.positiveWeight()[at];
        double sigmoid = 1 / (1 + Math.exp((threshold[query] - score[at]) / config.temperature()));
        double rare = surprise[at] - terms.logQ(at, plan.positiveColumn(at)) - logDraws;
        double slope = v * sigmoid * (1 - sigmoid) / config.temperature();
        weights[at] = (float) (v * sigmoid);
        ownGradient[at] = (float) (terms.temperature() * slope * rare);
        loss += v * sigmoid * rare;
        inverseTemperature += ownGradient[at] * score[at];
      }
    }
    return new Weighed(weights, ownGradient, loss, inverseTemperature);
  }

  /** The score of each positive for its query. */
  private static float[] scores(NDManager scratch, NegativesPlan plan, NDArray x, NDArray y) {
    int[] queries = new int[plan.positives()];
    int[] columns = new int[plan.positives()];
    for (int query = 0; query < plan.queries(); query++) {
      for (int at = plan.positiveStart(query); at < plan.positiveEnd(query); at++) {
        queries[at] = query;
        columns[at] = plan.positiveColumn(at);
      }
    }
    NDArray products =
        GatheredRows.of(scratch, x, queries).mul(GatheredRows.of(scratch, y, columns));
    return products.sum(new int[] {1}).toFloatArray();
  }
}
