package dev.twotower.eval.topk;

import java.util.Arrays;

/** Walks the scores of a block of users, tile by tile; the working memory of one thread. */
public final class BlockScan {
  /** Kept entries of all users of a block: 64 MiB. */
  private static final int BLOCK_ENTRIES = 1 << 23;

  private final float[] row = new float[TiledScorer.TILE_ITEMS];
  private int[] next = new int[0];

  /** Receives a user's part of a tile. */
  @FunctionalInterface
  public interface Rows {
    /**
     * @param user position in the block
     * @param scores of the tile's items; the user's left-out items have negative infinity
     * @param first the tile's first item
     * @param count items of the tile
     */
    void row(int user, float[] scores, int first, int count);
  }

  /** Users of a block, of at least one, when each keeps a list of some length. */
  public static int blockUsers(TiledScorer scorer, int k) {
    int entries = TopItems.capacity(k, scorer.items());
    return Math.max(1, Math.min(scorer.blockUsers(), BLOCK_ENTRIES / entries));
  }

  /**
   * Hands on every score of the block.
   *
   * @param leftOut for each user, the items it is not to be given, ascending
   */
  public void scan(TiledScorer.Block block, int items, int[][] leftOut, Rows rows) {
    int users = leftOut.length;
    if (next.length < users) {
      next = new int[users];
    }
    Arrays.fill(next, 0, users, 0);
    for (int first = 0; first < items; first += TiledScorer.TILE_ITEMS) {
      int count = Math.min(TiledScorer.TILE_ITEMS, items - first);
      block.tile(first, count);
      for (int user = 0; user < users; user++) {
        block.row(user, row);
        int[] without = leftOut[user];
        int at = next[user];
        while (at < without.length && without[at] < first + count) {
          row[without[at++] - first] = Float.NEGATIVE_INFINITY;
        }
        next[user] = at;
        rows.row(user, row, first, count);
      }
    }
  }
}
