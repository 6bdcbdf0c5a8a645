package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.eval.topk.TiledScorer;
import java.util.Arrays;

/**
 * Products of given vectors by tile. A score is the sum over the places of the vectors from the
 * first to the last, wherever it is asked for, so it is the same to the last bit.
 */
final class VectorTiles implements TiledScorer {
  /** Below any product: such items come last, by their number. */
  private static final float UNKNOWN_ITEM = -Float.MAX_VALUE;

  private final float[][] users;
  private final int width;

  /** Of each tile, the first number of all its items, then the second, and so on. */
  private final float[][] transposed;

  /** Whether each item has no vector. */
  private final boolean[] unknown;

  /** The tiles that hold an item without a vector. */
  private final boolean[] anyUnknown;

  private final float[] byPopularity;

  /**
   * @param users a vector of each user, or null
   * @param items a vector of each item, or null
   * @param width length of all vectors
   */
  VectorTiles(float[][] users, float[][] items, int width, TrainCounts counts) {
    this.users = users;
    this.width = width;
    this.transposed = new float[(items.length - 1) / TILE_ITEMS + 1][];
    this.anyUnknown = new boolean[transposed.length];
    this.unknown = new boolean[items.length];
    this.byPopularity = new float[items.length];
    for (int tile = 0; tile < transposed.length; tile++) {
      int first = tile * TILE_ITEMS;
      int count = Math.min(TILE_ITEMS, items.length - first);
      transposed[tile] = new float[Math.multiplyExact(width, count)];
      for (int i = 0; i < count; i++) {
        float[] vector = known(items[first + i]);
        byPopularity[first + i] = counts.rows(first + i);
        unknown[first + i] = vector == null;
        anyUnknown[tile] |= vector == null;
        for (int place = 0; vector != null && place < width; place++) {
          transposed[tile][place * count + i] = vector[place];
        }
      }
    }
  }

  @Override
  public int items() {
    return unknown.length;
  }

  @Override
  public Block block(int[] numbers, int from, int count) {
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      vectors[i] = known(users[numbers[from + i]]);
    }
    return new Products(vectors);
  }

  /** The vector, or null where it says nothing. */
  private static float[] known(float[] vector) {
    if (vector != null) {
      for (float value : vector) {
        if (value != 0) {
          return vector;
        }
      }
    }
    return null;
  }

  /** The products of a block. */
  private final class Products implements Block {
    private final float[][] vectors;
    private int first;
    private int count;

    Products(float[][] vectors) {
      this.vectors = vectors;
    }

    @Override
    public void tile(int from, int items) {
      first = from;
      count = items;
    }

    @Override
    public void row(int user, float[] into) {
      float[] vector = vectors[user];
      if (vector == null) {
        System.arraycopy(byPopularity, first, into, 0, count);
        return;
      }
      float[] tile = transposed[first / TILE_ITEMS];
      Arrays.fill(into, 0, count, 0);
      for (int place = 0; place < width; place++) {
        float factor = vector[place];
        int at = place * count;
        for (int i = 0; i < count; i++) {
          into[i] += factor * tile[at + i];
        }
      }
      for (int i = 0; anyUnknown[first / TILE_ITEMS] && i < count; i++) {
        into[i] = unknown[first + i] ? UNKNOWN_ITEM : into[i];
      }
    }

    @Override
    public void ahead(int[] starts, int[] wanted, float[] into) {
      for (int user = 0; user + 1 < starts.length; user++) {
        for (int i = starts[user]; i < starts[user + 1]; i++) {
          into[i] = score(vectors[user], wanted[i]);
        }
      }
    }

    private float score(float[] vector, int item) {
      if (vector == null) {
        return byPopularity[item];
      }
      if (unknown[item]) {
        return UNKNOWN_ITEM;
      }
      float[] tile = transposed[item / TILE_ITEMS];
      int items = tile.length / width;
      float score = 0;
      for (int place = 0; place < width; place++) {
        score += vector[place] * tile[place * items + item % TILE_ITEMS];
      }
      return score;
    }

    @Override
    public void close() {
      // Nothing is held but memory.
    }
  }
}
