package dev.twotower.trainer.candidates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.masking.BatchIds;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UniformDrawsTest {
  @Test
  void drawsDependOnSeedAndPositionAlone() {
    int[] draws = draws(1, 0, 3);
    assertThat(draws(1, 0, 3)).isEqualTo(draws);
    assertThat(draws(2, 0, 3)).isNotEqualTo(draws);
    assertThat(draws(1, 1, 3)).isNotEqualTo(draws);
    assertThat(draws(1, 0, 4)).isNotEqualTo(draws);
  }

  /** 200 batches of 50 draws from 20 items: 500 each, with a standard deviation of 22. */
  @Test
  void everyItemIsEquallyLikely() {
    int[] counts = new int[20];
    for (int batch = 0; batch < 200; batch++) {
      Arrays.stream(draws(1, 0, batch)).forEach(item -> counts[item]++);
    }
    assertThat(Arrays.stream(counts)).allSatisfy(count -> assertThat(count).isBetween(400, 600));
  }

  @Test
  void nobodyBroughtThemAlong() {
    BatchIds batch = batch(1, 0, 0);
    assertThat(batch.size()).isEqualTo(2);
    assertThat(batch.candidates()).isEqualTo(52);
    assertThat(batch.user(2)).isEqualTo(BatchIds.NOBODY);
  }

  private static int[] draws(long seed, long epoch, long batch) {
    BatchIds ids = batch(seed, epoch, batch);
    return IntStream.range(2, ids.candidates()).map(ids::item).toArray();
  }

  private static BatchIds batch(long seed, long epoch, long number) {
    BatchIds batch = new BatchIds(0);
    batch.add(0, 0, 0);
    batch.add(1, 1, 1);
    new UniformDraws(seed, 20, 50).appendTo(batch, new SamplerPosition(epoch, number));
    return batch;
  }
}
