package dev.twotower.trainer.ids.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.twotower.data.random.Streams;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class PrefixSimilarityTest {
  @Test
  void nearPairsAndTheirSharedPrefixesAreThoseOfBruteForce() {
    UniformRandomProvider random = Streams.stream(1, "prefix-similarity-test");
    float[][] vectors = new float[120][3];
    int[][] codes = new int[120][2];
    for (int row = 0; row < 120; row++) {
      for (int d = 0; d < 3; d++) {
        vectors[row][d] = random.nextFloat() - 0.3f;
      }
      int current = row;
      Arrays.setAll(codes[row], level -> (int) (3 * Math.abs(vectors[current][level])));
    }
    SemanticIds ids = SemanticIds.of(List.of(4, 4), codes, 0);
    long[] sharing = new long[3];
    for (int a = 0; a < 120; a++) {
      for (int b = a + 1; b < 120; b++) {
        if (cosine(vectors[a], vectors[b]) >= 0.9) {
          for (int level = 0; level <= ids.sharedPrefix(a, b); level++) {
            sharing[level]++;
          }
        }
      }
    }
    PrefixSimilarity found = measure(ids, vectors);
    assertThat(found.nearPairs()).isEqualTo(sharing[0]).isPositive();
    assertThat(found.nearSharing())
        .containsExactly((double) sharing[1] / sharing[0], (double) sharing[2] / sharing[0]);
    assertThat(found.spearman()).isBetween(0.1, 1.0);
  }

  @Test
  void codesAlongTheAngleCorrelateAndRandomOnesDoNot() {
    UniformRandomProvider random = Streams.stream(2, "prefix-similarity-test");
    float[][] vectors = new float[500][];
    int[][] nested = new int[500][2];
    int[][] blind = new int[500][2];
    for (int row = 0; row < 500; row++) {
      double angle = Math.PI * random.nextDouble();
      vectors[row] = new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
      int part = (int) (16 * angle / Math.PI);
      nested[row] = new int[] {part / 4, part % 4};
      blind[row] = new int[] {random.nextInt(4), random.nextInt(4)};
    }
    List<Integer> sizes = List.of(4, 4);
    PrefixSimilarity good = measure(SemanticIds.of(sizes, nested, 0), vectors);
    PrefixSimilarity bad = measure(SemanticIds.of(sizes, blind, 0), vectors);
    // A third of the random pairs share a level at most, so ties hold the first figure down.
    assertThat(good.spearman()).isGreaterThan(0.6);
    assertThat(good.spearmanBalanced()).isGreaterThan(0.8);
    assertThat(bad.spearman()).isCloseTo(0, within(0.02));
    assertThat(good.nearSharing().get(0)).isGreaterThan(bad.nearSharing().get(0) + 0.3);
  }

  /**
   * Items 0 and 1 alone share both levels, so one pair of each depth is all there is to balance.
   */
  @Test
  void aHandfulOfBalancedPairsGivesNoCorrelation() {
    int[][] codes = new int[200][];
    float[][] vectors = new float[200][];
    for (int row = 0; row < 200; row++) {
      codes[row] = new int[] {row / 100, row < 2 ? 0 : row % 100 + 1};
      vectors[row] = new float[] {1, row};
    }
    PrefixSimilarity found = measure(SemanticIds.of(List.of(4, 128), codes, 0), vectors);
    assertThat(found.balancedPairs()).isEqualTo(3);
    assertThat(found.spearmanBalanced()).isNull();
  }

  @Test
  void oneItemHasNoPairs() {
    PrefixSimilarity alone =
        measure(SemanticIds.of(List.of(4), new int[][] {{1}}, 0), new float[][] {{1, 0}});
    assertThat(alone).isEqualTo(new PrefixSimilarity(0, null, 0, 0, List.of(0.0)));
  }

  private static PrefixSimilarity measure(SemanticIds ids, float[][] vectors) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return PrefixSimilarity.of(ids, vectors, manager, 1);
    }
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int d = 0; d < a.length; d++) {
      dot += a[d] * b[d];
      squaresA += a[d] * a[d];
      squaresB += b[d] * b[d];
    }
    return dot / Math.sqrt(squaresA * squaresB);
  }
}
