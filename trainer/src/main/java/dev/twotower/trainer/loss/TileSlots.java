package dev.twotower.trainer.loss;

import dev.twotower.masking.NegativesPlan;
import java.util.Arrays;

/**
 * The sparse side of one tile, built on the host: where the tile's overrides lie, and its positives
 * laid out as a rectangle of queries x the largest number of positives a query of the tile has.
 * Places are flat positions in the tile, row-major.
 */
final class TileSlots {
  int width;
  int zeros;
  int overrides;
  int slots;

  /** Where nothing is left, and where the positives are, which are summed on their own. */
  long[] zeroPlace = new long[0];

  /** Where something else than the column's own weight is left. */
  long[] overridePlace = new long[0];

  float[] overrideFactor = new float[0];

  /** Rectangle, queries x width; unused places repeat the query's first positive with weights 0. */
  long[] positivePlace = new long[0];

  /** What turns the logit of the positive's column into the logit of the positive itself. */
  float[] ownShift = new float[0];

  float[] othersFactor = new float[0];
  float[] ownFactor = new float[0];
  float[] weight = new float[0];
  float[] share = new float[0];
  float[] draws = new float[0];
  float[] ownGradient = new float[0];

  /** The used places of the rectangle, and where they lie in the tile. */
  long[] slot = new long[0];

  long[] slotPlace = new long[0];

  private NegativesPlan plan;
  private long rowStart;

  /** Lays out queries [from, to) of the plan. */
  void build(NegativesPlan plan, LossTerms terms, ColumnBiases biases, int from, int to) {
    this.plan = plan;
    int columns = plan.columns();
    zeros = 0;
    overrides = 0;
    width = 1;
    for (int query = from; query < to; query++) {
      rowStart = (long) (query - from) * columns;
      plan.overrides(query, this::addOverride);
      width = Math.max(width, plan.positiveEnd(query) - plan.positiveStart(query));
    }
    int size = (to - from) * width;
    positivePlace = fit(positivePlace, size);
    ownShift = fit(ownShift, size);
    othersFactor = fit(othersFactor, size);
    ownFactor = fit(ownFactor, size);
    weight = fit(weight, size);
    share = fit(share, terms.leftOut().isPresent() ? size : 0);
    draws = fit(draws, terms.leftOut().isPresent() ? size : 0);
    ownGradient = fit(ownGradient, terms.ownGradient().isPresent() ? size : 0);
    slot = fit(slot, size);
    slotPlace = fit(slotPlace, size);
    slots = 0;
    for (int query = from; query < to; query++) {
      rowStart = (long) (query - from) * columns;
      addPositives(query, (query - from) * width, new PositiveTerms(plan, terms, biases), terms);
    }
  }

  private void addOverride(int column, float left) {
    if (left == 0) {
      zeroPlace = grown(zeroPlace, zeros);
      zeroPlace[zeros++] = rowStart + column;
      return;
    }
    overridePlace = grown(overridePlace, overrides);
    if (overrideFactor.length < overridePlace.length) {
      overrideFactor = Arrays.copyOf(overrideFactor, overridePlace.length);
    }
    overridePlace[overrides] = rowStart + column;
    overrideFactor[overrides++] = left / plan.columnWeight(column);
  }

  private static long[] grown(long[] buffer, int used) {
    return used < buffer.length ? buffer : Arrays.copyOf(buffer, Math.max(1024, used * 2));
  }

  private void addPositives(int query, int at, PositiveTerms of, LossTerms terms) {
    int first = plan.positiveStart(query);
    int end = plan.positiveEnd(query);
    for (int i = 0; i < width; i++) {
      int positive = first + i < end ? first + i : first;
      boolean used = first + i < end;
      int place = at + i;
      positivePlace[place] = rowStart + plan.positiveColumn(positive);
      ownShift[place] = of.ownShift(positive);
      othersFactor[place] = used ? of.othersFactor(positive) : 0;
      ownFactor[place] = used ? of.ownFactor(positive) : 0;
      weight[place] = used ? of.weight(positive) : 0;
      if (terms.leftOut().isPresent()) {
        share[place] = terms.leftOut().get().share()[positive];
        draws[place] = terms.leftOut().get().draws()[positive];
      }
      if (terms.ownGradient().isPresent()) {
        ownGradient[place] = used ? of.ownGradient(positive) : 0;
      }
      if (used) {
        zeroPlace = grown(zeroPlace, zeros);
        zeroPlace[zeros++] = positivePlace[place];
        slot[slots] = place;
        slotPlace[slots++] = positivePlace[place];
      }
    }
  }

  private static long[] fit(long[] buffer, int size) {
    return buffer.length >= size ? buffer : new long[size];
  }

  private static float[] fit(float[] buffer, int size) {
    return buffer.length >= size ? buffer : new float[size];
  }
}
