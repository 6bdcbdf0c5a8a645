package dev.twotower.eval.topk;

import dev.twotower.data.parallel.Workers;

/** Scores blocks of users against tiles of the catalogue. */
public interface TiledScorer {
  /** Items of a tile; the last one may be smaller. 256 KiB of vectors at a width of 64. */
  int TILE_ITEMS = 2048;

  /** Users of a block: enough to read an item's vector for many of them at once. */
  int BLOCK_USERS = 128;

  /** Size of the catalogue. */
  int items();

  /** The most users of a block, at least 1. */
  default int blockUsers() {
    return BLOCK_USERS;
  }

  /** Threads to use blocks on. */
  default Workers workers(int threads) {
    return new Workers(threads);
  }

  /**
   * Begins a block. May be called from several threads.
   *
   * @param users dense user indices
   * @param from first position in {@code users}
   * @param count users of the block, at most {@link #blockUsers}
   */
  Block block(int[] users, int from, int count);

  /** A block of users, used by one thread. A score is the same whenever it is asked for. */
  interface Block extends AutoCloseable {
    /**
     * Scores the block's users against items {@code from} to {@code from + count - 1}.
     *
     * @param from a multiple of {@link #TILE_ITEMS}
     * @param count {@link #TILE_ITEMS}, or fewer in the last tile
     */
    void tile(int from, int count);

    /**
     * Copies a user's scores of the tile.
     *
     * @param user position in the block
     * @param into receives a score for each item of the tile; higher is better, negative infinity
     *     never ranks, NaN is refused
     */
    void row(int user, float[] into);

    /**
     * Scores single items ahead of their tiles. Where a value is not the tile's to the last bit,
     * whoever uses it has to look at the tiles once more.
     *
     * @param starts where each user's items begin, and last where they end
     * @param items the items, one run for each user
     * @param into receives their scores
     */
    void ahead(int[] starts, int[] items, float[] into);

    @Override
    void close();
  }
}
