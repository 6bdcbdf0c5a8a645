package dev.twotower.trainer.correction;

import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.FilterNegativesPlan;
import dev.twotower.masking.NegativesPlan;
import java.util.Arrays;

/**
 * A plan in which the items a user engaged with weigh more for that user's anchors, which keeps a
 * log q that depends on the user sparse. A candidate whose q is smaller by some factor for the user
 * than for others enters that user's sums with {@code e^l} times that factor; all other candidates
 * stay as they are.
 */
public final class EngagedWeightsPlan extends FilterNegativesPlan {
  private BatchIndex index;
  private Factor factor;
  private float[] itemFactor = new float[0];
  private float[] positiveFactor = new float[0];
  private int[] sent = new int[0];
  private int stamp;

  /** How much more an item weighs for a user who engaged with it. */
  @FunctionalInterface
  public interface Factor {
    /**
     * @param user a distinct user of the batch
     * @param engaged which of the user's engaged columns, 0 to {@link BatchIndex#engagedCount} - 1
     */
    float of(int user, int engaged);
  }

  /**
   * Plans the batch of another plan; what was planned before is gone.
   *
   * @param plan made from an index that knows who engaged with what
   */
  public EngagedWeightsPlan plan(NegativesPlan plan, Factor factor) {
    this.plan = plan;
    this.index = plan.index();
    this.factor = factor;
    if (itemFactor.length < index.columns()) {
      itemFactor = new float[index.columns()];
    }
    Arrays.fill(itemFactor, 1);
    if (sent.length < plan.columns()) {
      sent = new int[plan.columns()];
      stamp = 0;
    }
    if (positiveFactor.length < plan.positives()) {
      positiveFactor = new float[plan.positives()];
    }
    for (int query = 0; query < plan.queries(); query++) {
      int user = index.requestUser(plan.queryRequest(query));
      load(user);
      for (int positive = positiveStart(query); positive < positiveEnd(query); positive++) {
        positiveFactor[positive] = itemFactor[plan.columnItem(plan.positiveColumn(positive))];
      }
      unload(user);
    }
    return this;
  }

  /** How much more the item of a positive weighs for the positive's own anchors. */
  float factor(int positive) {
    return positiveFactor[positive];
  }

  private void load(int user) {
    for (int at = 0; at < index.engagedCount(user); at++) {
      itemFactor[index.engagedColumn(user, at)] = factor.of(user, at);
    }
  }

  private void unload(int user) {
    for (int at = 0; at < index.engagedCount(user); at++) {
      itemFactor[index.engagedColumn(user, at)] = 1;
    }
  }

  @Override
  public void overrides(int query, OverrideSink sink) {
    int user = index.requestUser(plan.queryRequest(query));
    load(user);
    if (++stamp == 0) {
      Arrays.fill(sent, 0);
      stamp = 1;
    }
    plan.overrides(
        query,
        (column, weight) -> {
          sent[column] = stamp;
          sink.accept(column, weight * itemFactor[plan.columnItem(column)]);
        });
    for (int at = 0; at < index.engagedCount(user); at++) {
      float weighs = itemFactor[index.engagedColumn(user, at)];
      plan.columnsOf(
          index.engagedColumn(user, at),
          column -> {
            if (sent[column] != stamp) {
              sink.accept(column, plan.columnWeight(column) * weighs);
            }
          });
    }
    unload(user);
  }

  @Override
  public float othersWeight(int positive) {
    return plan.othersWeight(positive) * positiveFactor[positive];
  }

  @Override
  public float ownWeight(int positive) {
    return plan.ownWeight(positive) * positiveFactor[positive];
  }
}
