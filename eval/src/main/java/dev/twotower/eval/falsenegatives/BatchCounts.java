package dev.twotower.eval.falsenegatives;

import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.DedupPlan;
import dev.twotower.masking.MaskSet;
import java.io.Serializable;

/** Counts the pairs of one batch after another under fixed masks (package description). */
final class BatchCounts {
  private final DedupPlan plan;
  private final DedupPlan othersPlan;
  private float[] weight = new float[0];

  BatchCounts(MaskSet masks) {
    plan = new DedupPlan(masks);
    othersPlan =
        masks.user() || masks.engaged()
            ? plan
            : new DedupPlan(new MaskSet(masks.identity(), true, masks.contexts(), masks.engaged()));
  }

  /**
   * Counts of one batch.
   *
   * @param rows rows, B
   * @param validPairs anchor and valid negative
   * @param falsePairs valid pairs that are false negatives
   * @param collisionPairs false pairs whose row is another user's
   * @param anchorsWithoutNegatives anchors with no valid negative
   * @param users distinct users
   * @param requests distinct requests, R
   * @param items distinct items, M
   * @param userConcentration sum over users of (rows of the user / B)^2
   */
  record Counts(
      int rows,
      long validPairs,
      long falsePairs,
      long collisionPairs,
      int anchorsWithoutNegatives,
      int users,
      int requests,
      int items,
      double userConcentration)
      implements Serializable {}

  /**
   * Counts a batch.
   *
   * @param index a batch indexed together with who engaged with what
   */
  Counts count(BatchIndex index) {
    plan.plan(index);
    long validPairs = plan.validPairs();
    int anchorsWithoutNegatives = plan.anchorsWithoutNegatives();
    long falsePairs = falsePairs(plan);
    long collisionPairs = falsePairs;
    if (othersPlan != plan) {
      othersPlan.plan(index);
      collisionPairs = falsePairs(othersPlan);
    }
    return new Counts(
        index.size(),
        validPairs,
        falsePairs,
        collisionPairs,
        anchorsWithoutNegatives,
        index.users(),
        index.requests(),
        index.columns(),
        1 / index.effectiveUsers());
  }

  private long falsePairs(DedupPlan plan) {
    BatchIndex index = plan.index();
    if (weight.length < index.columns()) {
      weight = new float[index.columns()];
    }
    for (int column = 0; column < index.columns(); column++) {
      weight[column] = index.multiplicity(column);
    }
    long pairs = 0;
    boolean[] engaged = new boolean[index.columns()];
    for (int query = 0; query < plan.queries(); query++) {
      plan.overrides(query, (column, left) -> weight[column] = left);
      int user = index.requestUser(plan.queryRequest(query));
      long left = 0;
      for (int at = 0; at < index.engagedCount(user); at++) {
        int column = index.engagedColumn(user, at);
        left += (long) weight[column];
        engaged[column] = true;
      }
      for (int positive = plan.positiveStart(query);
          positive < plan.positiveEnd(query);
          positive++) {
        // An anchor's own item has its own weight: none under identity, else all rows but its own.
        boolean own = engaged[plan.positiveColumn(positive)];
        long pairsOfAnchor =
            own
                ? left - (long) plan.othersWeight(positive) + (long) plan.ownWeight(positive)
                : left;
        pairs += pairsOfAnchor * plan.positiveRows(positive);
      }
      for (int at = 0; at < index.engagedCount(user); at++) {
        engaged[index.engagedColumn(user, at)] = false;
      }
      plan.overrides(query, (column, ignored) -> weight[column] = index.multiplicity(column));
    }
    return pairs;
  }
}
