package dev.twotower.eval.topk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.random.Streams;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** The best of a row against a sorted list, on rows full of ties. */
class TopItemsTest {
  private static float[] scores(long seed, int items, int levels) {
    UniformRandomProvider random = Streams.stream(seed, "test.scores");
    float[] scores = new float[items];
    boolean rising = random.nextBoolean();
    for (int item = 0; item < items; item++) {
      int level = random.nextInt(levels);
      float drift = rising ? item / 50 : 0;
      scores[item] =
          level == 0
              ? Float.NEGATIVE_INFINITY
              : level == 1 ? (random.nextBoolean() ? 0.0f : -0.0f) : level - levels / 2 + drift;
    }
    return scores;
  }

  private static void offer(TopItems best, float[] scores, int tile) {
    for (int first = 0; first < scores.length; first += tile) {
      int count = Math.min(tile, scores.length - first);
      float[] part = new float[tile];
      System.arraycopy(scores, first, part, 0, count);
      assertThat(best.offer(part, first, count)).isEqualTo(-1);
    }
    best.finish();
  }

  private static List<Integer> places(TopItems best) {
    return IntStream.range(0, best.size()).mapToObj(place -> best.item(place)).toList();
  }

  /** All that rank, best first; a stable sort, so equal scores stay in order. */
  private static List<Integer> sorted(float[] scores) {
    return IntStream.range(0, scores.length)
        .filter(item -> scores[item] != Float.NEGATIVE_INFINITY)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer item) -> 0.0 - scores[item]))
        .toList();
  }

  @Property
  void equalsASortedList(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 900) int items,
      @ForAll @IntRange(min = 2, max = 3000) int levels,
      @ForAll @IntRange(min = 1, max = 1000) int k,
      @ForAll @IntRange(min = 1, max = 300) int tile) {
    float[] scores = scores(seed, items, levels);
    TopItems best = new TopItems(k, items);
    for (int twice = 0; twice < 2; twice++) {
      best.clear();
      offer(best, scores, tile);
      List<Integer> all = sorted(scores);
      assertThat(places(best)).isEqualTo(all.subList(0, Math.min(k, all.size())));
      for (int place = 0; place < best.size(); place++) {
        assertThat(best.score(place)).isEqualTo(scores[best.item(place)] + 0.0f);
      }
    }
  }

  @Property
  void takesNoMoreOfAGroupThanAllowed(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 900) int items,
      @ForAll @IntRange(min = 2, max = 200) int levels,
      @ForAll @IntRange(min = 1, max = 60) int k,
      @ForAll @IntRange(min = 1, max = 30) int groups,
      @ForAll @IntRange(min = 1, max = 5) int most) {
    UniformRandomProvider random = Streams.stream(seed, "test.groups");
    int[] groupOf = random.ints(items, -1, groups).toArray();
    float[] scores = scores(seed, items, levels);
    TopItems best = new TopItems(k, items, new GroupLimit(groupOf, groups, most));
    for (int twice = 0; twice < 2; twice++) {
      best.clear();
      offer(best, scores, 128);
      List<Integer> expected = new ArrayList<>();
      int[] taken = new int[groups];
      for (int item : sorted(scores)) {
        boolean free = groupOf[item] < 0 || taken[groupOf[item]]++ < most;
        if (free && expected.size() < k) {
          expected.add(item);
        }
      }
      assertThat(places(best)).isEqualTo(expected);
    }
  }

  @Property
  void listsOfPartsMakeTheListOfAll(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 500) int items,
      @ForAll @IntRange(min = 1, max = 40) int k) {
    float[] scores = scores(seed, items, 50);
    TopItems even = new TopItems(k, items);
    TopItems odd = new TopItems(k, items);
    for (int item = 0; item < items; item++) {
      (item % 2 == 0 ? even : odd).offer(scores[item], item);
    }
    TopItems all = new TopItems(k, items);
    all.addAll(odd);
    all.addAll(even);
    all.finish();
    TopItems expected = new TopItems(k, items);
    offer(expected, scores, items);
    assertThat(places(all)).isEqualTo(places(expected));
  }

  @Test
  void findsWhatIsNoNumber() {
    TopItems best = new TopItems(1, 4);
    assertThat(best.offer(new float[] {3, 1, Float.NaN, 0}, 0, 4)).isEqualTo(2);
    assertThat(best.offer(Float.NaN, 3)).isEqualTo(0);
    assertThatThrownBy(() -> new TopItems(0, 4)).hasMessageContaining("k = 0");
    assertThatThrownBy(() -> new GroupLimit(new int[4], 1, 0)).hasMessageContaining("at most 0");
  }
}
