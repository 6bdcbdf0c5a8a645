package dev.twotower.trainer.train;

import dev.twotower.masking.FilterNegativesPlan;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.candidates.ShownDraws;
import dev.twotower.trainer.correction.BatchCorrection;
import dev.twotower.trainer.loss.LossTerms;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the requests of a planned batch showed: a rectangle of queries x width, whose items' vectors
 * are those of columns that the item tower computes anyway, or of further items. As a plan it
 * counts them among the negatives of their queries' anchors.
 */
final class ShownItems extends FilterNegativesPlan {
  private static final int[] NONE = {};

  private final IntArrayList items = new IntArrayList();
  private int[] numbers = NONE;
  private int[] ofPositive = NONE;
  private Optional<LossTerms.Shown> terms = Optional.empty();

  /**
   * Lays out a batch's draws.
   *
   * @param computed columns whose vectors the item tower computes; the others are remembered ones
   */
  ShownItems plan(
      NegativesPlan planned, ShownDraws draws, BatchCorrection correction, int computed) {
    this.plan = planned;
    items.clear();
    terms = Optional.empty();
    numbers = NONE;
    ofPositive = new int[planned.positives()];
    int[] perQuery = new int[planned.queries()];
    int width = 0;
    for (int query = 0; query < planned.queries(); query++) {
      int request = planned.queryRequest(query);
      perQuery[query] = draws.end(request) - draws.start(request);
      width = Math.max(width, perQuery[query]);
      Arrays.fill(
          ofPositive, planned.positiveStart(query), planned.positiveEnd(query), perQuery[query]);
    }
    if (width == 0) {
      return this;
    }
    int[] numberOf = new int[draws.size()];
    float[] logQOf = new float[draws.size()];
    number(draws, correction, computed, numberOf, logQOf);
    numbers = new int[planned.queries() * width];
    float[] logQ = new float[numbers.length];
    Arrays.fill(logQ, Float.POSITIVE_INFINITY);
    for (int query = 0; query < planned.queries(); query++) {
      int first = draws.start(planned.queryRequest(query));
      System.arraycopy(numberOf, first, numbers, query * width, perQuery[query]);
      System.arraycopy(logQOf, first, logQ, query * width, perQuery[query]);
    }
    terms = Optional.of(new LossTerms.Shown(width, logQ));
    return this;
  }

  private void number(
      ShownDraws draws, BatchCorrection correction, int computed, int[] numberOf, float[] logQOf) {
    Int2IntOpenHashMap further = new Int2IntOpenHashMap();
    for (int at = 0; at < draws.size(); at++) {
      int item = draws.item(at);
      int column = plan.index().find(item);
      if (column < 0 || column >= computed) {
        int next = further.getOrDefault(item, -1);
        if (next < 0) {
          next = items.size();
          further.put(item, next);
          items.add(item);
        }
        column = plan.index().columns() + next;
      }
      numberOf[at] = column;
      logQOf[at] = correction.shownLogQ(item, draws.engagedTimes(at));
    }
  }

  /** Items whose vectors are computed after those of the columns. */
  IntArrayList items() {
    return items;
  }

  /**
   * For each place of the rectangle the number of its vector: of a column of the batch, or of one
   * of {@link #items} after all columns.
   */
  int[] numbers() {
    return numbers;
  }

  /** What the loss needs to know; empty where no request showed anything. */
  Optional<LossTerms.Shown> terms() {
    return terms;
  }

  /** {@inheritDoc} Those that its request showed are among them. */
  @Override
  public long negatives(int positive) {
    return plan.negatives(positive) + ofPositive[positive];
  }
}
