package dev.twotower.eval.falsenegatives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.random.Streams;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.EngagedItems;
import dev.twotower.masking.MaskSet;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;

/** Counts by multiplicity against every pair looked at one by one. */
class BatchCountsPropertyTest {
  private static final int CATALOGUE = 15;

  @Provide
  Arbitrary<String> masks() {
    return Arbitraries.of(
        "none",
        "identity",
        "user",
        "no-identity+user",
        "engaged",
        "no-identity+engaged",
        "user+engaged",
        "context:a",
        "no-identity+context:a",
        "context:a/2",
        "context:a+context:b/1",
        "user+context:a",
        "engaged+context:b");
  }

  @Property
  void equalsThePairsOneByOne(
      @ForAll("masks") String text,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 8) int users,
      @ForAll @IntRange(min = 1, max = CATALOGUE) int items,
      @ForAll boolean engagedHoldsOwnItems,
      @ForAll long seed) {
    UniformRandomProvider random = Streams.stream(seed, "test.pairs");
    MaskSet masks = MaskSet.parse(text);
    BatchIds batch = new BatchIds(masks.contexts().size());
    int[][] history = new int[users][];
    Set<Integer>[] engaged = sets(users);
    for (int row = 0; row < rows; row++) {
      double[] context = new double[masks.contexts().size()];
      for (int c = 0; c < context.length; c++) {
        context[c] = random.nextInt(6) == 0 ? Double.NaN : random.nextInt(5);
      }
      int user = random.nextInt(users);
      int item = random.nextInt(items);
      batch.add(user, user * 4 + random.nextInt(4), item, context);
      if (engagedHoldsOwnItems) {
        engaged[user].add(item);
      }
    }
    for (int user = 0; user < users; user++) {
      for (int more = random.nextInt(4); more > 0; more--) {
        engaged[user].add(random.nextInt(CATALOGUE));
      }
      history[user] = engaged[user].stream().mapToInt(Integer::intValue).toArray();
    }
    EngagedItems engagedItems =
        (user, visit) -> {
          for (int item : history[user]) {
            visit.accept(item);
            visit.accept(item);
          }
        };

    BatchCounts counts = new BatchCounts(masks);
    BatchIndex index = new BatchIndex(CATALOGUE, engagedItems, true);
    index.index(batch);
    // Twice, because buffers are reused.
    counts.count(index);
    BatchCounts.Counts found = counts.count(index);

    long valid = 0;
    long same = 0;
    long collisions = 0;
    int without = 0;
    for (int i = 0; i < rows; i++) {
      int ofAnchor = 0;
      for (int k = 0; k < rows; k++) {
        if (k != i && !masks.removes(batch, engagedItems, i, k)) {
          ofAnchor++;
          if (engaged[batch.user(i)].contains(batch.item(k))) {
            if (batch.user(k) == batch.user(i)) {
              same++;
            } else {
              collisions++;
            }
          }
        }
      }
      valid += ofAnchor;
      without += ofAnchor == 0 ? 1 : 0;
    }
    assertThat(found.validPairs()).as("valid").isEqualTo(valid);
    assertThat(found.collisionPairs()).as("collisions").isEqualTo(collisions);
    assertThat(found.falsePairs()).as("false").isEqualTo(same + collisions);
    assertThat(found.anchorsWithoutNegatives()).as("without").isEqualTo(without);
    double concentration = 0;
    for (int user = 0; user < users; user++) {
      int own = 0;
      for (int row = 0; row < rows; row++) {
        own += batch.user(row) == user ? 1 : 0;
      }
      concentration += Math.pow((double) own / rows, 2);
    }
    assertThat(found.userConcentration()).isCloseTo(concentration, within(1e-12));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Set<Integer>[] sets(int count) {
    Set<Integer>[] sets = new Set[count];
    Arrays.setAll(sets, i -> new HashSet<>());
    return sets;
  }
}
