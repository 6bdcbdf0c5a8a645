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
   * The weights of the anchors behind each positive of the plan, times 2 / (1 + e^((threshold -
   * score) / temperature)).
   *
   * @param x query vectors, queries x d
   * @param y column vectors, columns x d
   * @param terms with log q and the anchors' own weights
   */
  float[] weigh(NDManager manager, NegativesPlan plan, NDArray x, NDArray y, LossTerms terms) {
    try (NDManager scratch = manager.newSubManager()) {
      NDList inputs = new NDList(x, y);
      inputs.tempAttach(scratch);
      float[] threshold =
          new TopKThresholds(config.k(), counting, plan, terms.columnLogQ())
              .of(scratch, x, y, tileElements);
      float[] weights = scores(scratch, plan, x, y);
      for (int query = 0; query < plan.queries(); query++) {
        for (int at = plan.positiveStart(query); at < plan.positiveEnd(query); at++) {
          double below = (threshold[query] - weights[at]) / config.temperature();
          weights[at] = (float) (terms.positiveWeight()[at] * 2 / (1 + Math.exp(below)));
        }
      }
      return weights;
    }
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
