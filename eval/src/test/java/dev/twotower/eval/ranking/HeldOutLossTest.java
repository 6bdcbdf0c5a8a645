package dev.twotower.eval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Split;
import dev.twotower.eval.fixtures.ArrayInteractions;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HeldOutLossTest {
  private static final ArrayInteractions NONE = ArrayInteractions.of();

  private static double[] ones(int items) {
    double[] ones = new double[items];
    Arrays.fill(ones, 1);
    return ones;
  }

  /**
   * User 0 has learned from items 0 and 1 and is to find 2 and 3; item 3 is in no training row, so
   * it counts neither as held out nor among the others. Left for the softmax: 2 and 4, scored 5 and
   * 3. User 2 has no training row.
   */
  private static final RankingData DATA =
      new RankingData(
          3,
          5,
          ArrayInteractions.of(
              new int[] {0, 0}, new int[] {0, 1}, new int[] {1, 2}, new int[] {1, 4}),
          ArrayInteractions.of(new int[] {0, 2}, new int[] {0, 3}, new int[] {2, 0}),
          NONE);

  private static final MatrixScorer SCORES =
      new MatrixScorer(new float[][] {{9, 8, 5, 7, 3}, {1, 2, 3, 4, 5}, {1, 1, 1, 1, 1}});

  private static final RankingOptions OPTIONS = RankingOptions.defaults(Split.VALIDATION);

  @Test
  void theLossIsThatOfASoftmaxOverWhatIsRanked() {
    // Two exponents, 5/2 and 3/2: log(1 + e^-1).
    assertThat(new HeldOutLoss(DATA, OPTIONS, ones(5)).of(SCORES, 2).getAsDouble())
        .isCloseTo(Math.log1p(Math.exp(-1)), within(1e-12));
    // The other item weighs three times as much: log(1 + 3 e^-1).
    assertThat(
            new HeldOutLoss(DATA, OPTIONS, new double[] {1, 1, 0.2, 5, 0.6})
                .of(SCORES, 2)
                .getAsDouble())
        .isCloseTo(Math.log1p(3 * Math.exp(-1)), within(1e-12));
    // Seen items stay in the ranking: 9, 8, 5 and 3.
    assertThat(
            new HeldOutLoss(DATA, OPTIONS.withRankSeen(true), ones(5)).of(SCORES, 1).getAsDouble())
        .isCloseTo(Math.log(Math.exp(4) + Math.exp(3) + 1 + Math.exp(-2)), within(1e-12));
  }

  @Test
  void nobodyWithTrainingRowsHasNoLoss() {
    RankingData strangers =
        new RankingData(
            2,
            3,
            ArrayInteractions.of(new int[] {0, 0}),
            ArrayInteractions.of(new int[] {0, 2}, new int[] {1, 0}),
            NONE);
    assertThat(
            new HeldOutLoss(strangers, OPTIONS, ones(3)).of(new MatrixScorer(new float[2][3]), 0.1))
        .isEmpty();
  }

  /** More items than a tile holds, small temperatures, and the same on any number of threads. */
  @Test
  void manyTilesAndThreadsChangeNothing() {
    int users = 150;
    int items = 5_000;
    Random random = new Random(3);
    TreeSet<Integer> rows = new TreeSet<>();
    for (int item = 0; item < items; item += 2) {
      rows.add(random.nextInt(users) * items + item);
    }
    for (int user = 0; user < users; user++) {
      rows.add(user * items);
    }
    int[][] train =
        rows.stream().map(at -> new int[] {at / items, at % items}).toArray(int[][]::new);
    int[][] held = new int[users][];
    for (int user = 0; user < users; user++) {
      held[user] = new int[] {user, 2 + 2 * random.nextInt(items / 2 - 1)};
    }
    RankingData data =
        new RankingData(
            users, items, ArrayInteractions.of(train), ArrayInteractions.of(held), NONE);
    float[][] scores = new float[users][items];
    for (float[] row : scores) {
      for (int item = 0; item < items; item++) {
        row[item] = random.nextFloat(-1, 1);
      }
    }
    double sum = 0;
    int pairs = 0;
    for (int[] row : held) {
      double total = 0;
      if (rows.contains(row[0] * items + row[1])) {
        continue;
      }
      for (int item = 0; item < items; item += 2) {
        if (!rows.contains(row[0] * items + item)) {
          total += Math.exp((scores[row[0]][item] - scores[row[0]][row[1]]) / 0.05);
        }
      }
      sum += Math.log(total);
      pairs++;
    }
    HeldOutLoss one = new HeldOutLoss(data, OPTIONS.withThreads(1), ones(items));
    HeldOutLoss two = new HeldOutLoss(data, OPTIONS.withThreads(2), ones(items));
    double loss = one.of(new MatrixScorer(scores), 0.05).getAsDouble();
    assertThat(loss).isCloseTo(sum / pairs, within(1e-9));
    assertThat(two.of(new MatrixScorer(scores), 0.05).getAsDouble()).isEqualTo(loss);
    assertThat(one.of(new MatrixScorer(scores), 0.0005).getAsDouble()).isFinite();
  }
}
