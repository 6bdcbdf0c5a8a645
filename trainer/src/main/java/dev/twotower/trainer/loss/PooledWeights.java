package dev.twotower.trainer.loss;

import dev.twotower.masking.NegativesPlan;
import java.util.Arrays;

/**
 * Weighs the anchors of a user by their probability (bilateral form; theory in the package
 * description): {@code u = V v P^power / sum of v P^power} over the user's anchors, V being the sum
 * of their weights v.
 */
final class PooledWeights {
  private final double power;
  private double loss;

  /**
   * @param power exponent of the mean, above 0
   */
  PooledWeights(double power) {
    this.power = power;
  }

  /**
   * The weights u.
   *
   * @param terms with the weights v
   * @param surprise -log P of each positive, its logit being corrected or not
   */
  float[] weigh(NegativesPlan plan, LossTerms terms, float[] surprise) {
    int users = plan.index().users();
    double[] highest = new double[users];
    double[] whole = new double[users];
    double[] sum = new double[users];
    Arrays.fill(highest, Double.NEGATIVE_INFINITY);
    double[] logP = new double[plan.positives()];
    loss = 0;
    each(
        plan,
        terms,
        (user, positive, logQ, v) -> {
          logP[positive] = logQ - surprise[positive];
          highest[user] = Math.max(highest[user], logP[positive]);
          whole[user] += v;
          loss += v * logQ;
        });
    each(
        plan,
        terms,
        (user, positive, logQ, v) ->
            sum[user] += v * Math.exp(power * (logP[positive] - highest[user])));
    float[] weights = new float[plan.positives()];
    each(
        plan,
        terms,
        (user, positive, logQ, v) ->
            weights[positive] =
                (float)
                    (whole[user]
                        * v
                        * Math.exp(power * (logP[positive] - highest[user]))
                        / sum[user]));
    for (int user = 0; user < users; user++) {
      if (whole[user] > 0) {
        loss -= whole[user] * (Math.log(sum[user] / whole[user]) / power + highest[user]);
      }
    }
    return weights;
  }

  /** The loss of the batch that was weighed last. */
  double loss() {
    return loss;
  }

  @FunctionalInterface
  private interface Anchor {
    void accept(int user, int positive, double logQ, double weight);
  }

  /** Visits the anchors that have negatives and a weight. */
  private static void each(NegativesPlan plan, LossTerms terms, Anchor anchor) {
    for (int query = 0; query < plan.queries(); query++) {
      int user = plan.index().requestUser(plan.queryRequest(query));
      for (int at = plan.positiveStart(query); at < plan.positiveEnd(query); at++) {
        float weight = terms.positiveWeight()[at];
        if (plan.negatives(at) > 0 && weight != 0) {
          anchor.accept(user, at, terms.logQ(at, plan.positiveColumn(at)), weight);
        }
      }
    }
  }
}
