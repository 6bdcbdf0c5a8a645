package dev.twotower.trainer.loss;

import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.LossConfig.Weighting;
import java.util.Arrays;

/**
 * The weight v of each anchor in the batch's mean (design 3.2): every row alike, or every request
 * or user alike however many rows it has. Before row weights they sum to 1.
 */
public final class AnchorWeights {
  private final Weighting weighting;
  private float[] weights = new float[0];

  public AnchorWeights(Weighting weighting) {
    this.weighting = weighting;
  }

  /**
   * Sums the weights of the rows behind each positive of the plan.
   *
   * @param rowWeight the rows' own weights, which multiply; null for all 1
   * @return a reused array of at least {@code plan.positives()} weights
   */
  public float[] perPositive(NegativesPlan plan, float[] rowWeight) {
    BatchIndex index = plan.index();
    if (weights.length < plan.positives()) {
      weights = new float[plan.positives()];
    }
    Arrays.fill(weights, 0, plan.positives(), 0);
    for (int row = 0; row < index.size(); row++) {
      float own = rowWeight == null ? 1 : rowWeight[row];
      weights[plan.rowPositive(row)] += own * base(index, row);
    }
    return weights;
  }

  private float base(BatchIndex index, int row) {
    return switch (weighting) {
      case ROWS -> 1f / index.size();
      case REQUESTS -> 1f / index.requests() / index.requestRows(index.rowRequest(row));
      case USERS -> 1f / index.users() / index.userRows(index.rowUser(row));
    };
  }
}
