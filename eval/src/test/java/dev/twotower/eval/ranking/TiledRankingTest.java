package dev.twotower.eval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.fixtures.ArrayInteractions;
import dev.twotower.eval.topk.TiledScorer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** Catalogues of several tiles, and what the baselines' short cuts must equal. */
class TiledRankingTest {
  private static final int USERS = 300;
  private static final int ITEMS = 2 * TiledScorer.TILE_ITEMS + 700;

  private final UniformRandomProvider random = Streams.stream(5, "test.tiles");
  private final RankingData data =
      new RankingData(
          USERS,
          ITEMS,
          ArrayInteractions.random(random, 6000, USERS, ITEMS),
          ArrayInteractions.random(random, 300, USERS, ITEMS),
          ArrayInteractions.random(random, 900, USERS, ITEMS));
  private final RankingOptions options =
      RankingOptions.defaults(Split.TEST).withCutoffs(List.of(5, 100)).withReplicates(0);
  private final RankingOptions all = options.withAlso(Metric.Kind.ON_REQUEST);

  private float[][] scores(int levels) {
    float[][] scores = new float[USERS][ITEMS];
    for (float[] row : scores) {
      for (int item = 0; item < ITEMS; item++) {
        row[item] = random.nextInt(levels) - levels / 2;
      }
    }
    return scores;
  }

  @Test
  void equalsBruteForceOverSeveralTiles() {
    float[][] scores = scores(400);
    new BruteForceRanking(data, options, scores).assertIsThatOf(new MatrixScorer(scores));
    new BruteForceRanking(data, all, scores).assertIsThatOf(new MatrixScorer(scores));
  }

  /** A scorer that is wrong about single items ahead of their tiles: only time may be lost. */
  @Test
  void whatIsSaidAheadOfTheTilesDecidesNothing() {
    MatrixScorer right = new MatrixScorer(scores(400));
    EvaluationResult expected = new RankingEvaluator(data, options).evaluate(right);
    EvaluationResult found = new RankingEvaluator(data, options).evaluate(new Guessing(right));
    assertThat(found.metrics()).isEqualTo(expected.metrics());
    assertThat(found.ofUsers().values("mrr")).isEqualTo(expected.ofUsers().values("mrr"));
    MetricTable every = new RankingEvaluator(data, all).evaluate(new Guessing(right)).ofUsers();
    assertThat(every.values("mrr")).isEqualTo(expected.ofUsers().values("mrr"));
    assertThat(every.values("auc"))
        .isEqualTo(new RankingEvaluator(data, all).evaluate(right).ofUsers().values("auc"));
  }

  private record Guessing(MatrixScorer scorer) implements Scorer {
    @Override
    public int items() {
      return scorer.items();
    }

    @Override
    public FloatBuffer scores(int[] users, int from, int count) {
      return scorer.scores(users, from, count);
    }

    @Override
    public TiledScorer tiled() {
      TiledScorer tiles = scorer.tiled();
      return new TiledScorer() {
        @Override
        public int items() {
          return tiles.items();
        }

        @Override
        public Block block(int[] users, int from, int count) {
          return new Guess(tiles.block(users, from, count));
        }
      };
    }
  }

  private record Guess(TiledScorer.Block block) implements TiledScorer.Block {
    @Override
    public void tile(int from, int count) {
      block.tile(from, count);
    }

    @Override
    public void row(int user, float[] into) {
      block.row(user, into);
    }

    @Override
    public void ahead(int[] starts, int[] items, float[] into) {
      for (int i = 0; i < items.length; i++) {
        into[i] = i % 3 == 0 ? Float.NaN : items[i] % 200;
      }
    }

    @Override
    public void close() {
      block.close();
    }
  }

  @Test
  void infiniteScoresOfRelevantItemsRankFirst() {
    float[][] scores = scores(400);
    for (int user = 0; user < USERS; user++) {
      for (int item = 0; item < ITEMS; item += 3) {
        scores[user][item] = item % 2 == 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
      }
    }
    Map<Integer, Map<String, Double>> expected =
        new BruteForceRanking(data, options, scores).ofUsers();
    MetricTable table =
        new RankingEvaluator(data, options).evaluate(new MatrixScorer(scores)).ofUsers();
    MetricTable every =
        new RankingEvaluator(data, all).evaluate(new MatrixScorer(scores)).ofUsers();
    for (int i = 0; i < table.users().length; i++) {
      Map<String, Double> of = expected.get(table.users()[i]);
      assertThat(table.values("mrr")[i]).isCloseTo(of.get("mrr"), within(1e-12));
      assertThat(every.values("mrr")[i]).isCloseTo(of.get("mrr"), within(1e-12));
      assertThat(every.values("auc")[i]).isCloseTo(of.get("auc"), within(1e-12));
    }
  }

  @Test
  void baselinesAreTheRankingOfTheirScores() {
    float[][] counts = new float[USERS][ITEMS];
    for (float[] row : counts) {
      for (int item = 0; item < ITEMS; item++) {
        row[item] = data.counts().rows(item);
      }
    }
    RankingEvaluator evaluator = new RankingEvaluator(data, options);
    RankingEvaluator every = new RankingEvaluator(data, all);
    assertThat(evaluator.baselines().get("popularity"))
        .isEqualTo(evaluator.metrics(new MatrixScorer(counts)))
        .doesNotContainKeys("auc", "map@5", "precision@5");
    assertThat(every.baselines().get("popularity"))
        .isEqualTo(every.metrics(new MatrixScorer(counts)))
        .containsKeys("auc", "map@5", "precision@5");

    UniformRandomProvider pool = Streams.stream(options.seed(), "eval.random");
    float[] numbers = new float[ITEMS + (1 << 16)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = pool.nextFloat();
    }
    float[][] drawn = new float[USERS][ITEMS];
    for (int user = 0; user < USERS; user++) {
      long key = Streams.key(options.seed(), "eval.random.user", user);
      System.arraycopy(numbers, (int) (key & ((1 << 16) - 1)), drawn[user], 0, ITEMS);
    }
    assertThat(evaluator.baselines().get("random"))
        .isEqualTo(evaluator.metrics(new MatrixScorer(drawn)));
    assertThat(every.baselines().get("random"))
        .isEqualTo(every.metrics(new MatrixScorer(drawn)))
        .hasEntrySatisfying("auc", auc -> assertThat(auc).isCloseTo(0.5, within(0.05)));
  }

  @Test
  void aNaNInAnyTileIsRefused() {
    float[][] scores = scores(400);
    scores[evaluated()][ITEMS - 1] = Float.NaN;
    assertThatThrownBy(() -> new RankingEvaluator(data, options).evaluate(new MatrixScorer(scores)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("item " + (ITEMS - 1));
  }

  private int evaluated() {
    return new RankingEvaluator(data, options).users()[3];
  }
}
