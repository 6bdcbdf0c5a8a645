package dev.twotower.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.EngagedItems;
import dev.twotower.masking.MaskSet;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.masking.RandomBatches;
import dev.twotower.masking.RandomBatches.Case;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.LossConfig.Form;
import dev.twotower.trainer.config.LossConfig.Positive;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What requests showed: terms of their own queries' sums, in both engines. */
class ShownLossTest {
  /** Columns at a time: a few with a rest, all at once. */
  @Provide
  Arbitrary<Integer> tiles() {
    return Arbitraries.of(9, 1 << 20);
  }

  @Provide
  Arbitrary<Case> cases() {
    return RandomBatches.casesWithCandidates();
  }

  /** Spreads on both sides of the bound under which the engine skips the running maximum. */
  @Provide
  Arbitrary<Float> temperatures() {
    return Arbitraries.of(1f, 0.1f, 0.02f);
  }

  @Provide
  Arbitrary<Form> forms() {
    return Arbitraries.of(Form.SOFTMAX, Form.BILATERAL);
  }

  @Property(tries = 150)
  void bothEnginesEqualTheReference(
      @ForAll("cases") Case given,
      @ForAll("temperatures") float temperature,
      @ForAll("forms") Form form,
      @ForAll("tiles") int tile,
      @ForAll boolean byUser,
      @ForAll long seed) {
    LossScene scene =
        new LossScene(given, temperature, form, Positive.CORRECTED, Counting.ROWS, byUser, seed);
    ReferenceLoss expected = scene.showing(new Random(seed));
    for (NegativesPlan plan : scene.plans()) {
      assertThat(plan.anchorsWithoutNegatives()).isEqualTo(expected.anchorsWithoutNegatives());
      scene.check(plan, tile, Device.cpu(), expected);
    }
  }

  /** Masks on users and contexts say nothing of them; those on items do. */
  @Test
  void theyAreNegativesOfTheirRequestAlone() {
    BatchIds batch = new BatchIds(1);
    batch.add(0, 10, 5, 1.0);
    batch.add(0, 11, 6, 1.0);
    int[] shown =
        IntStream.of(5, 6, 7, 8)
            .map(item -> batch.appendCandidate(BatchIds.SHOWN, 10, item))
            .toArray();
    for (int at : shown) {
      batch.setContext(0, at, 1.0);
    }
    EngagedItems engaged = (user, visit) -> IntStream.of(5, 6, 8).forEach(visit);
    for (String masks : new String[] {"identity+user+context:a", "user+context:a+engaged"}) {
      MaskSet set = MaskSet.parse(masks);
      for (int i = 0; i < shown.length; i++) {
        int item = batch.item(shown[i]);
        boolean removed = item == 5 || set.engaged() && item != 7;
        assertThat(set.removes(batch, engaged, 0, shown[i])).as(masks + item).isEqualTo(removed);
        assertThat(set.removes(batch, engaged, 1, shown[i])).isTrue();
      }
    }
  }
}
