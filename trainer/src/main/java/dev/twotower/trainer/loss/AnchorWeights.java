package dev.twotower.trainer.loss;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.LossConfig.Weighting;
import java.util.Arrays;

/**
 * The weight v of each anchor in the batch's mean (design 3.2): every row alike, or every request
 * or user alike however many rows it has, or users by the square root of their rows. Where a user
 * (request) with n of the split's N rows is to weigh g(n), a row of it weighs
 *
 * <pre>
 *   v = 1/B  g(n)/n  N / sum over users of g(n_u)        g(n) = n, 1 or sqrt(n)
 * </pre>
 *
 * so that it is right over an epoch in whatever layout, also where a user's rows are spread over
 * batches; the weights of a full batch sum to 1 on average. B is the configured batch size, not the
 * size of the batch at hand: a row of a ragged batch (the ends of {@code sorted}, the last of
 * {@code iid}, those of {@code requests:G} that wait for a whole request) weighs what any other row
 * weighs, and such a batch less than a full one. Row weights multiply.
 */
public final class AnchorWeights {
  private final Weighting weighting;
  private final Interactions train;
  private final int batchSize;
  private final double scale;
  private float[] weights = new float[0];

  /**
   * @param weighting what weighs the same
   * @param train the split whose rows are the anchors
   * @param batchSize rows of a full batch, B
   */
  public AnchorWeights(Weighting weighting, Interactions train, int batchSize) {
    this.weighting = weighting;
    this.train = train;
    this.batchSize = batchSize;
    this.scale = weighting == Weighting.ROWS ? 1 : train.rows() / groups();
  }

  /** Sum of g over requests or users. */
  private double groups() {
    double sum = 0;
    long row = 0;
    while (row < train.rows()) {
      long end =
          weighting == Weighting.REQUESTS
              ? train.requestEnd(train.request(row))
              : train.userEnd(train.user(row));
      sum += weight(end - row);
      row = end;
    }
    return sum;
  }

  /** What a request or user with n rows is to weigh, up to scale. */
  private double weight(long rows) {
    return switch (weighting) {
      case ROWS -> rows;
      case REQUESTS, USERS -> 1;
      case SQRT_USERS -> Math.sqrt(rows);
    };
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
      weights[plan.rowPositive(row)] += of(index, row, rowWeight == null ? 1 : rowWeight[row]);
    }
    return weights;
  }

  /**
   * The weight of one row.
   *
   * @param own the row's own weight, which multiplies
   */
  public float of(BatchIndex index, int row, float own) {
    return own * base(index, row);
  }

  private float base(BatchIndex index, int row) {
    long rows =
        switch (weighting) {
          case ROWS -> 1;
          case REQUESTS -> {
            int request = index.request(index.rowRequest(row));
            yield train.requestEnd(request) - train.requestStart(request);
          }
          case USERS, SQRT_USERS -> {
            int user = index.user(index.rowUser(row));
            yield train.userEnd(user) - train.userStart(user);
          }
        };
    return (float) (scale * weight(rows) / rows / batchSize);
  }
}
