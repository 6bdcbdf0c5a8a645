package dev.twotower.trainer.loss;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.LossConfig.Weighting;
import java.util.Arrays;

/**
 * The weight v of each anchor in the batch's mean (design 3.2): every row alike, or every request
 * or user alike however many rows it has. A row of a user with n of the split's N rows, one of U
 * users, weighs {@code N / (U n)} times a B-th: over an epoch all users then weigh the same, in
 * whatever layout, also where their rows are spread over batches; a batch's weights sum to 1 on
 * average. Row weights multiply.
 */
public final class AnchorWeights {
  private final Weighting weighting;
  private final Interactions train;
  private final double rowsPerGroup;
  private float[] weights = new float[0];

  /**
   * @param weighting what weighs the same
   * @param train the split whose rows are the anchors
   */
  public AnchorWeights(Weighting weighting, Interactions train) {
    this.weighting = weighting;
    this.train = train;
    this.rowsPerGroup = weighting == Weighting.ROWS ? 1 : (double) train.rows() / groups();
  }

  private long groups() {
    long groups = 0;
    long row = 0;
    while (row < train.rows()) {
      row =
          weighting == Weighting.USERS
              ? train.userEnd(train.user(row))
              : train.requestEnd(train.request(row));
      groups++;
    }
    return groups;
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
    double rows =
        switch (weighting) {
          case ROWS -> 1;
          case REQUESTS -> {
            int request = index.request(index.rowRequest(row));
            yield train.requestEnd(request) - train.requestStart(request);
          }
          case USERS -> {
            int user = index.user(index.rowUser(row));
            yield train.userEnd(user) - train.userStart(user);
          }
        };
    return (float) (rowsPerGroup / rows / index.size());
  }
}
