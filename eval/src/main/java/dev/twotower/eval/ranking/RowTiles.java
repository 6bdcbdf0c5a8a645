package dev.twotower.eval.ranking;

import dev.twotower.eval.topk.TiledScorer;
import java.nio.FloatBuffer;

/** Reads a scorer of whole rows by tiles. */
final class RowTiles implements TiledScorer {
  /** Scores of a block: 16 MiB of floats. */
  private static final int BLOCK_SCORES = 1 << 22;

  private final Scorer scorer;
  private final int items;

  RowTiles(Scorer scorer) {
    this.scorer = scorer;
    this.items = scorer.items();
  }

  @Override
  public int items() {
    return items;
  }

  @Override
  public int blockUsers() {
    return Math.max(1, Math.min(BLOCK_USERS, BLOCK_SCORES / items));
  }

  @Override
  public Block block(int[] users, int from, int count) {
    float[] rows = new float[Math.multiplyExact(count, items)];
    synchronized (this) {
      FloatBuffer scores = scorer.scores(users, from, count);
      scores.get(0, rows);
    }
    return new Rows(rows, items);
  }

  /** Scores of a block, row-major. */
  private static final class Rows implements Block {
    private final float[] rows;
    private final int items;
    private int first;
    private int width;

    Rows(float[] rows, int items) {
      this.rows = rows;
      this.items = items;
    }

    @Override
    public void tile(int from, int count) {
      first = from;
      width = count;
    }

    @Override
    public void row(int user, float[] into) {
      System.arraycopy(rows, user * items + first, into, 0, width);
    }

    @Override
    public void ahead(int[] starts, int[] wanted, float[] into) {
      for (int user = 0; user + 1 < starts.length; user++) {
        for (int i = starts[user]; i < starts[user + 1]; i++) {
          into[i] = rows[user * items + wanted[i]];
        }
      }
    }

    @Override
    public void close() {
      // Nothing is held but memory.
    }
  }
}
