package dev.twotower.trainer.ids.semantic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.random.Streams;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;

class SemanticIdsTest {
  private static final List<Integer> SIZES = List.of(4, 4);

  @Example
  void aTokenCountsTheItemsOfOneCode() {
    int[][] codes = {{1, 2}, {1, 3}, {1, 2}, {1, 2}};
    SemanticIds ids = SemanticIds.of(SIZES, codes, 100);
    assertThat(IntStream.range(0, 4).mapToObj(ids::text))
        .containsExactly("1-2-0", "1-3-0", "1-2-1", "1-2-2");
    assertThat(Uniqueness.of(ids)).isEqualTo(new Uniqueness(0.25, 1, 3));
  }

  @Example
  void itemsBeyondTheTokensShareTheLast() {
    int[][] codes = {{1, 2}, {1, 2}, {1, 2}, {0, 0}};
    SemanticIds ids = SemanticIds.of(SIZES, codes, 2);
    assertThat(ids.tokens()).containsExactly(0, 1, 1, 0);
    assertThat(Uniqueness.of(ids)).isEqualTo(new Uniqueness(0.25, 0.5, 3));
  }

  @Example
  void withoutATokenCodesStandAlone() {
    SemanticIds ids = SemanticIds.of(SIZES, new int[][] {{1, 2}, {1, 2}, {3, 0}}, 0);
    assertThat(ids.text(2)).isEqualTo("3-0");
    assertThat(Uniqueness.of(ids).ids()).isEqualTo(1.0 / 3);
  }

  @Property(tries = 50)
  void prefixesAreEqualWhereCodesAre(@ForAll @IntRange(max = 1000) int seed) {
    UniformRandomProvider random = Streams.stream(seed, "semantic-ids-test");
    int[][] codes = new int[30][3];
    for (int[] code : codes) {
      Arrays.setAll(code, level -> random.nextInt(3));
    }
    SemanticIds ids = SemanticIds.of(List.of(3, 3, 3), codes, 5);
    for (int length = 0; length <= 3; length++) {
      int[] prefixes = ids.prefixes(length);
      for (int a = 0; a < 30; a++) {
        for (int b = 0; b < 30; b++) {
          boolean equal = Arrays.equals(codes[a], 0, length, codes[b], 0, length);
          assertThat(prefixes[a] == prefixes[b]).isEqualTo(equal);
          assertThat(ids.sharedPrefix(a, b) >= length).isEqualTo(equal);
        }
      }
    }
    int[] order = ids.ordered();
    for (int i = 1; i < 30; i++) {
      assertThat(Arrays.compare(codes[order[i - 1]], codes[order[i]])).isNotPositive();
    }
    Map<List<Integer>, Integer> tokens = new HashMap<>();
    for (int row = 0; row < 30; row++) {
      int earlier = tokens.merge(IntStream.of(codes[row]).boxed().toList(), 1, Integer::sum) - 1;
      assertThat(ids.tokens()[row]).isEqualTo(Math.min(4, earlier));
    }
  }
}
