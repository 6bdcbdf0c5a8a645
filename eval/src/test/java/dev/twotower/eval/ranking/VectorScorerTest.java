package dev.twotower.eval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.fixtures.ArrayInteractions;
import dev.twotower.eval.topk.TiledScorer;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class VectorScorerTest {
  private static final int USERS = 200;
  private static final int ITEMS = TiledScorer.TILE_ITEMS + 500;
  private static final int WIDTH = 3;

  private final UniformRandomProvider random = Streams.stream(7, "test.vectors");
  private final RankingData data =
      new RankingData(
          USERS,
          ITEMS,
          ArrayInteractions.random(random, 6000, USERS, ITEMS),
          ArrayInteractions.random(random, 300, USERS, ITEMS),
          ArrayInteractions.random(random, 900, USERS, ITEMS));
  private final RankingOptions options =
      RankingOptions.defaults(Split.TEST).withCutoffs(List.of(5, 100)).withReplicates(0);
  private final float[][] users = vectors(USERS);
  private final float[][] items = vectors(ITEMS);

  /** Small whole numbers, whose products are exact and often equal. */
  private float[][] vectors(int count) {
    float[][] vectors = new float[count][WIDTH];
    for (float[] vector : vectors) {
      for (int place = 0; place < WIDTH; place++) {
        vector[place] = random.nextInt(20) + 1;
      }
    }
    return vectors;
  }

  private float[][] products() {
    float[][] scores = new float[USERS][ITEMS];
    for (int user = 0; user < USERS; user++) {
      for (int item = 0; item < ITEMS; item++) {
        for (int place = 0; place < WIDTH; place++) {
          scores[user][item] += users[user][place] * items[item][place];
        }
      }
    }
    return scores;
  }

  private VectorScorer scorer() {
    return new VectorScorer(users, items, data.counts());
  }

  @Test
  void ranksByTheProducts() {
    new BruteForceRanking(data, options, products()).assertIsThatOf(scorer());
  }

  @Test
  void whoHasNoVectorIsUnknown() {
    float[][] scores = products();
    for (int user = 0; user < USERS; user += 4) {
      users[user] = user % 8 == 0 ? null : new float[WIDTH];
      for (int item = 0; item < ITEMS; item++) {
        scores[user][item] = data.counts().rows(item);
      }
    }
    for (int item = 3; item < ITEMS; item += 5) {
      items[item] = item % 2 == 0 ? null : new float[WIDTH];
      for (int user = 0; user < USERS; user++) {
        scores[user][item] = user % 4 == 0 ? scores[user][item] : -1000;
      }
    }
    new BruteForceRanking(data, options, scores).assertIsThatOf(scorer());
  }

  /** Also with numbers whose sums are rounded: how tiles are cut changes nothing. */
  @Test
  void aScoreIsTheSameWhereverItIsAskedFor() {
    for (float[] vector : users) {
      for (int place = 0; place < WIDTH; place++) {
        vector[place] = (float) (random.nextDouble() - 0.5);
      }
    }
    VectorScorer scorer = scorer();
    int[] some = {17, 3, 99};
    float[] whole = new float[2 * ITEMS];
    scorer.scores(some, 1, 2).get(whole);
    int[] wanted = {0, 5, TiledScorer.TILE_ITEMS, ITEMS - 1, 1, TiledScorer.TILE_ITEMS - 1};
    float[] ahead = new float[wanted.length];
    float[] row = new float[TiledScorer.TILE_ITEMS];
    try (TiledScorer.Block block = scorer.tiled().block(some, 1, 2)) {
      block.ahead(new int[] {0, 4, 6}, wanted, ahead);
      block.tile(TiledScorer.TILE_ITEMS, 500);
      block.row(1, row);
    }
    for (int i = 0; i < wanted.length; i++) {
      assertThat(ahead[i]).isEqualTo(whole[(i < 4 ? 0 : ITEMS) + wanted[i]]);
    }
    assertThat(row[499]).isEqualTo(whole[2 * ITEMS - 1]);
  }

  @Test
  void vectorsThatDoNotFitAreRefused() {
    TrainCounts counts = data.counts();
    assertThatThrownBy(() -> new VectorScorer(users, users, counts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("for " + USERS)
        .hasMessageContaining("allowed: " + ITEMS);
    users[8] = new float[WIDTH + 1];
    assertThatThrownBy(this::scorer)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("user 8 has 4 numbers; allowed: 3");
    users[8] = null;
    items[9][1] = Float.NaN;
    assertThatThrownBy(this::scorer)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("item 9 holds NaN");
    assertThatThrownBy(() -> new VectorScorer(users, new float[ITEMS][], counts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no item has a vector");
  }
}
