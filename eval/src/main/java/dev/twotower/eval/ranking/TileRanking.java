package dev.twotower.eval.ranking;

import dev.twotower.data.parallel.Chunks;
import dev.twotower.data.parallel.Scratch;
import dev.twotower.eval.topk.BlockScan;
import dev.twotower.eval.topk.TiledScorer;
import dev.twotower.eval.topk.TopItems;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Ranks all evaluated users by tiles of scores, and fills their tables. */
final class TileRanking {
  private final EvaluatedUsers evaluated;
  private final RankingTables tables;
  private final TiledScorer scorer;
  private final int[] numbers;
  private final int k;
  private final Chunks blocks;

  /** Items without training rows, and where those of each tile begin; empty where not a part. */
  private final int[] coldItems;

  private final int[] coldOfTile;

  private final BitSet cold = new BitSet();

  /** Whether the places of all relevant items are asked for, and not only of each user's best. */
  private final boolean allPlaces;

  private boolean tied;
  private boolean told;

  TileRanking(EvaluatedUsers evaluated, RankingOptions options, RankingTables tables, Scorer of) {
    EvaluatedUsers.Queries queries = evaluated.queries(of);
    this.evaluated = evaluated;
    this.allPlaces = options.asks(Metric.Kind.AUC);
    this.tables = tables;
    this.scorer = queries.scorer();
    this.numbers = queries.numbers();
    this.k = Math.min(options.largestCutoff(), scorer.items());
    this.blocks = Chunks.ofAtMost(BlockScan.blockUsers(scorer, k), evaluated.size());
    this.coldItems =
        tables.parts().stream()
            .filter(RankingTables.Part::cold)
            .findFirst()
            .map(RankingTables.Part::items)
            .orElse(new int[0]);
    this.coldOfTile = new int[(scorer.items() - 1) / TiledScorer.TILE_ITEMS + 2];
    for (int item : coldItems) {
      cold.set(item);
      coldOfTile[item / TiledScorer.TILE_ITEMS + 1]++;
    }
    Arrays.parallelPrefix(coldOfTile, Integer::sum);
  }

  /**
   * Ranks for all users, or requests.
   *
   * @param ranked receives the number of them done so far, from any thread
   */
  void run(int threads, LongConsumer ranked) {
    AtomicLong done = new AtomicLong();
    Scratch<Lane> lanes = new Scratch<>(Lane::new);
    scorer
        .workers(threads)
        .each(
            blocks.count(),
            lanes,
            (lane, block) -> {
              lane.rank(blocks.from(block), blocks.to(block));
              ranked.accept(done.addAndGet(blocks.to(block) - blocks.from(block)));
            });
    lanes.made().forEach(lane -> lane.writer.close());
    tied = lanes.made().stream().anyMatch(lane -> lane.tied);
    told = lanes.made().stream().anyMatch(lane -> lane.told);
  }

  /** Whether users had several items without training rows ranked, all with the same score. */
  boolean coldTied() {
    return tied;
  }

  /** Whether any user had such items with different scores. */
  boolean coldTold() {
    return told;
  }

  /** What one thread works with. */
  private final class Lane {
    private final BlockScan scan = new BlockScan();
    private final RelevantPlaces places =
        allPlaces ? new AllRelevant(evaluated, cold) : new BestRelevant(evaluated);
    private final RankingTables.Writer writer = tables.new Writer();

    /** Of all items, or of those with training rows where the others are a part by themselves. */
    private final TopItems[] main = new TopItems[blocks.largest()];

    private final TopItems[] ofCold = new TopItems[tables.parts().isEmpty() ? 0 : main.length];
    private final TopItems both = new TopItems(k, scorer.items());
    private final int[] ranked = new int[k];

    /** For each user the first score of an item without training rows; NaN before there is one. */
    private final float[] coldScore = new float[ofCold.length];

    private boolean tied;
    private boolean told;

    Lane() {
      Arrays.setAll(main, user -> new TopItems(k, scorer.items()));
      Arrays.setAll(ofCold, user -> new TopItems(k, scorer.items()));
    }

    void rank(int from, int to) {
      int[][] leftOut = new int[to - from][];
      Arrays.setAll(leftOut, user -> evaluated.excluded(evaluated.user(from + user)));
      Arrays.stream(main).forEach(TopItems::clear);
      Arrays.stream(ofCold).forEach(TopItems::clear);
      Arrays.fill(coldScore, Float.NaN);
      try (TiledScorer.Block block = scorer.block(numbers, from, to - from)) {
        places.begin(block, from, to);
        scan.scan(
            block,
            scorer.items(),
            leftOut,
            (user, row, first, count) -> {
              places.count(user, row, first, count);
              offer(from, user, row, first, count);
            });
        if (places.again()) {
          scan.scan(block, scorer.items(), leftOut, places::countAgain);
        }
      }
      for (int user = 0; user < to - from; user++) {
        write(from + user, user, leftOut[user]);
      }
    }

    private void offer(int from, int user, float[] row, int first, int count) {
      if (ofCold.length > 0) {
        int tile = first / TiledScorer.TILE_ITEMS;
        for (int i = coldOfTile[tile]; i < coldOfTile[tile + 1]; i++) {
          int at = coldItems[i] - first;
          requireNumber(ofCold[user].offer(row[at], first + at) < 0 ? -1 : at, from + user, first);
          tell(user, row[at]);
          row[at] = Float.NEGATIVE_INFINITY;
        }
      }
      requireNumber(main[user].offer(row, first, count), from + user, first);
    }

    private void tell(int user, float score) {
      if (told || score == Float.NEGATIVE_INFINITY) {
        return;
      }
      if (Float.isNaN(coldScore[user])) {
        coldScore[user] = score;
      } else if (score == coldScore[user]) {
        tied = true;
      } else {
        told = true;
      }
    }

    private void requireNumber(int nan, int position, int first) {
      if (nan >= 0) {
        throw new ArithmeticException(
            "the score of user "
                + evaluated.user(position)
                + " for item "
                + (first + nan)
                + " is NaN; allowed: numbers. One of their vectors is not finite, which happens"
                + " with features far beyond those of the training split: check their features");
      }
    }

    private void write(int position, int user, int[] leftOut) {
      TopItems all = main[user];
      if (ofCold.length > 0) {
        both.clear();
        both.addAll(main[user]);
        both.addAll(ofCold[user]);
        all = both;
      }
      all.finish();
      int relevant = evaluated.start(position + 1) - evaluated.start(position);
      double[] below =
          places instanceof AllRelevant every
              ? every.below(user, scorer.items() - leftOut.length - relevant)
              : RankingTables.NOT_ASKED;
      writer.user(position, ranked, all.items(ranked), places.reciprocal(user), below);
      for (RankingTables.Part part : tables.parts()) {
        TopItems best = part.cold() ? ofCold[user] : main[user];
        best.finish();
        double[] among =
            places instanceof AllRelevant every
                ? every.below(user, part.cold(), others(part, position, leftOut))
                : RankingTables.NOT_ASKED;
        writer.part(part, position, ranked, best.items(ranked), among);
      }
    }

    /** Items of the part that are neither relevant to the user nor left out. */
    private int others(RankingTables.Part part, int position, int[] leftOut) {
      int others = part.items().length;
      for (int item : leftOut) {
        others -= cold.get(item) == part.cold() ? 1 : 0;
      }
      for (int i = evaluated.start(position); i < evaluated.start(position + 1); i++) {
        others -= cold.get(evaluated.items()[i]) == part.cold() ? 1 : 0;
      }
      return others;
    }
  }
}
