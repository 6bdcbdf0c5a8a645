package dev.twotower.eval.topk;

import dev.twotower.data.parallel.Chunks;
import dev.twotower.data.parallel.Scratch;
import java.util.Arrays;
import java.util.function.IntFunction;

/** Lists of the best items for many users: exact, on several threads, the same on any number. */
public final class TopLists {
  private final TiledScorer scorer;
  private final int k;
  private final IntFunction<int[]> leftOut;
  private final int threads;
  private final int blockUsers;
  private final Scratch<Lane> lanes;

  /**
   * @param k items of a list, from 1; lists end with the catalogue
   * @param limit at most so many items of a group; null for none
   * @param leftOut from a user to the items that its list must not hold, ascending, each once
   * @param threads the most to work on
   */
  public TopLists(
      TiledScorer scorer, int k, GroupLimit limit, IntFunction<int[]> leftOut, int threads) {
    this.scorer = scorer;
    this.k = Math.min(k, scorer.items());
    this.leftOut = leftOut;
    this.threads = threads;
    this.blockUsers = BlockScan.blockUsers(scorer, this.k);
    this.lanes = new Scratch<>(() -> new Lane(limit));
  }

  /** Places of a list: K, or fewer where there are fewer items. */
  public int k() {
    return k;
  }

  /**
   * Makes the lists of a run of users.
   *
   * @param users dense user indices
   * @param from first position in {@code users}
   * @param count number of users
   * @param items receives {@link #k} items for each user, best first, ties by lower item; -1 where
   *     there are no more
   * @param scores receives their scores
   * @throws ArithmeticException when a score is NaN
   */
  public void rank(int[] users, int from, int count, int[] items, float[] scores) {
    Chunks blocks = Chunks.ofAtMost(blockUsers, count);
    scorer
        .workers(threads)
        .each(
            blocks.count(),
            lanes,
            (lane, block) -> {
              int first = blocks.from(block);
              lane.rank(users, from + first, blocks.to(block) - first);
              lane.copy(first, blocks.to(block) - first, items, scores);
            });
  }

  /** What one thread works with. */
  private final class Lane {
    private final BlockScan scan = new BlockScan();
    private final TopItems[] best = new TopItems[blockUsers];

    Lane(GroupLimit limit) {
      Arrays.setAll(best, user -> new TopItems(k, scorer.items(), limit));
    }

    void rank(int[] users, int from, int count) {
      int[][] without = new int[count][];
      for (int user = 0; user < count; user++) {
        without[user] = leftOut.apply(users[from + user]);
        best[user].clear();
      }
      try (TiledScorer.Block block = scorer.block(users, from, count)) {
        scan.scan(
            block,
            scorer.items(),
            without,
            (user, row, first, width) -> {
              int nan = best[user].offer(row, first, width);
              if (nan >= 0) {
                throw new ArithmeticException(
                    "the score of number %d for item %d is NaN; allowed: numbers"
                        .formatted(users[from + user], first + nan));
              }
            });
      }
    }

    void copy(int first, int count, int[] items, float[] scores) {
      for (int user = 0; user < count; user++) {
        TopItems list = best[user];
        list.finish();
        int at = (first + user) * k;
        for (int place = 0; place < k; place++) {
          boolean filled = place < list.size();
          items[at + place] = filled ? list.item(place) : -1;
          scores[at + place] = filled ? list.score(place) : 0;
        }
      }
    }
  }
}
