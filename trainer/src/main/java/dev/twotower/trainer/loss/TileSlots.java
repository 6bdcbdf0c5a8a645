package dev.twotower.trainer.loss;

import dev.twotower.data.parallel.Chunks;
import dev.twotower.masking.NegativesPlan;
import java.util.Arrays;

/**
 * The sparse side of one tile, built on the host: where the tile's overrides lie, and its positives
 * laid out as a rectangle of queries x the largest number of positives a query of the tile has.
 * Places are flat positions in the tile, row-major.
 */
final class TileSlots {
  /** Where nothing is left, and where the positives are, which are summed on their own. */
  final TilePlaces zeros = new TilePlaces();

  /** Where something else than the column's own weight is left. */
  final TilePlaces overrides = new TilePlaces();

  /** Where the positives lie. */
  final TilePlaces positives = new TilePlaces();

  float[] overrideFactor = new float[0];

  /** Of each positive the position in the rectangle. */
  long[] slot = new long[0];

  /** Of the rectangle; unused positions have weight 0. */
  int width;

  /** Rectangle: what turns the logit of the positive's column into that of the positive itself. */
  float[] ownShift = new float[0];

  float[] othersFactor = new float[0];
  float[] ownFactor = new float[0];
  float[] weight = new float[0];
  float[] share = new float[0];
  float[] draws = new float[0];
  float[] ownGradient = new float[0];

  private NegativesPlan plan;
  private long rowStart;
  private int[] chunkOf = new int[0];

  /**
   * Lays out queries [from, to) of the plan.
   *
   * @param chunks of the plan's columns
   */
  void build(
      NegativesPlan plan, LossTerms terms, ColumnBiases biases, int from, int to, Chunks chunks) {
    this.plan = plan;
    int columns = plan.columns();
    zeros.clear();
    overrides.clear();
    positives.clear();
    width = 1;
    for (int query = from; query < to; query++) {
      rowStart = (long) (query - from) * columns;
      plan.overrides(query, this::addOverride);
      width = Math.max(width, plan.positiveEnd(query) - plan.positiveStart(query));
    }
    int size = (to - from) * width;
    ownShift = cleared(ownShift, size);
    othersFactor = cleared(othersFactor, size);
    ownFactor = cleared(ownFactor, size);
    weight = cleared(weight, size);
    slot = slot.length < size ? new long[size] : slot;
    if (terms.leftOut().isPresent()) {
      share = cleared(share, size);
      draws = cleared(draws, size);
      Arrays.fill(share, 0, size, 1);
      Arrays.fill(draws, 0, size, 1);
    }
    if (terms.ownGradient().isPresent()) {
      ownGradient = cleared(ownGradient, size);
    }
    PositiveTerms of = new PositiveTerms(plan, terms, biases);
    for (int query = from; query < to; query++) {
      rowStart = (long) (query - from) * columns;
      addPositives(query, (query - from) * width, of, terms);
    }
    sort(chunks, columns);
  }

  private void addOverride(int column, float left) {
    if (left == 0) {
      zeros.add(column, rowStart + column);
      return;
    }
    int number = overrides.add(column, rowStart + column);
    if (number == overrideFactor.length) {
      overrideFactor = Arrays.copyOf(overrideFactor, Math.max(1024, 2 * number));
    }
    overrideFactor[number] = left / plan.columnWeight(column);
  }

  private void addPositives(int query, int at, PositiveTerms of, LossTerms terms) {
    int first = plan.positiveStart(query);
    int end = plan.positiveEnd(query);
    for (int positive = first; positive < end; positive++) {
      int position = at + positive - first;
      int column = plan.positiveColumn(positive);
      zeros.add(column, rowStart + column);
      slot[positives.add(column, rowStart + column)] = position;
      ownShift[position] = of.ownShift(positive);
      othersFactor[position] = of.othersFactor(positive);
      ownFactor[position] = of.ownFactor(positive);
      weight[position] = of.weight(positive);
      if (terms.leftOut().isPresent()) {
        share[position] = terms.leftOut().get().share()[positive];
        draws[position] = terms.leftOut().get().draws()[positive];
      }
      if (terms.ownGradient().isPresent()) {
        ownGradient[position] = of.ownGradient(positive);
      }
    }
  }

  private void sort(Chunks chunks, int columns) {
    if (chunkOf.length < columns) {
      chunkOf = new int[columns];
    }
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      Arrays.fill(chunkOf, chunks.from(chunk), chunks.to(chunk), chunk);
    }
    zeros.sort(chunks, chunkOf);
    overrides.sort(chunks, chunkOf);
    positives.sort(chunks, chunkOf);
  }

  /**
   * What a program needs to know of a chunk of columns: where they begin and end, and of the places
   * in them the positives, the zeros and the overrides.
   */
  long[] bounds(Chunks chunks, int chunk) {
    return new long[] {
      chunks.from(chunk),
      chunks.to(chunk),
      positives.from(chunk),
      positives.to(chunk),
      zeros.from(chunk),
      zeros.to(chunk),
      overrides.from(chunk),
      overrides.to(chunk)
    };
  }

  private static float[] cleared(float[] buffer, int size) {
    if (buffer.length < size) {
      return new float[size];
    }
    Arrays.fill(buffer, 0, size, 0);
    return buffer;
  }
}
