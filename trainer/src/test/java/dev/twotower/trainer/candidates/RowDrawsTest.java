package dev.twotower.trainer.candidates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.masking.BatchIds;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowDrawsTest {
  /** Items 1 and 4 have no rows; so has the last one. */
  private static final int[] ROWS = {3, 0, 1, 6, 0, 0};

  @Test
  void drawsDependOnSeedAndPositionAlone() {
    int[] draws = draws(1, 0, 3);
    assertThat(draws(1, 0, 3)).isEqualTo(draws);
    assertThat(draws(2, 0, 3)).isNotEqualTo(draws);
    assertThat(draws(1, 1, 3)).isNotEqualTo(draws);
    assertThat(draws(1, 0, 4)).isNotEqualTo(draws);
  }

  /** 200 batches of 50 draws from 10 rows: 1,000 a row, with a standard deviation of at most 50. */
  @Test
  void anItemIsDrawnAsOftenAsItHasRows() {
    int[] counts = new int[ROWS.length];
    for (int batch = 0; batch < 200; batch++) {
      Arrays.stream(draws(1, 0, batch)).forEach(item -> counts[item]++);
    }
    for (int item = 0; item < ROWS.length; item++) {
      assertThat(Math.abs(counts[item] - 1000 * ROWS[item]))
          .as("item %d: %d", item, counts[item])
          .isLessThanOrEqualTo(ROWS[item] == 0 ? 0 : 250);
    }
  }

  @Test
  void nobodyBroughtThemAlong() {
    BatchIds batch = batch(1, 0, 0);
    assertThat(batch.size()).isEqualTo(10);
    assertThat(batch.candidates()).isEqualTo(60);
    assertThat(batch.user(10)).isEqualTo(BatchIds.NOBODY);
  }

  /** 10 rows of others to 4 of one's own: 2.5 draws a row, 5 for two rows. */
  @Test
  void drawsAreToRowsAsOthersRowsAreToTheirs() {
    int drawn = 0;
    for (int number = 0; number < 2000; number++) {
      BatchIds one = new BatchIds(0);
      one.add(0, 0, 0);
      BatchIds two = new BatchIds(0);
      two.add(0, 0, 0);
      two.add(0, 0, 0);
      RowDraws draws = new RowDraws(1, ROWS, 4);
      draws.appendTo(one, new SamplerPosition(0, number));
      draws.appendTo(two, new SamplerPosition(0, number));
      assertThat(one.candidates() - 1).isBetween(2, 3);
      assertThat(two.candidates() - 2).isEqualTo(5);
      drawn += one.candidates() - 1;
    }
    // Half of the draws at 2, half at 3: a standard deviation of 22.
    assertThat(drawn).isBetween(4900, 5100);
  }

  @Test
  void nothingIsDrawnFromNoRows() {
    BatchIds batch = new BatchIds(0);
    batch.add(0, 0, 0);
    new RowDraws(1, new int[] {0, 0}, 3).appendTo(batch, new SamplerPosition(0, 0));
    assertThat(batch.candidates()).isEqualTo(1);
  }

  private static int[] draws(long seed, long epoch, long batch) {
    BatchIds ids = batch(seed, epoch, batch);
    return IntStream.range(ids.size(), ids.candidates()).map(ids::item).toArray();
  }

  private static BatchIds batch(long seed, long epoch, long number) {
    BatchIds batch = new BatchIds(0);
    for (int row = 0; row < 10; row++) {
      batch.add(0, 0, 0);
    }
    new RowDraws(seed, ROWS, 2).appendTo(batch, new SamplerPosition(epoch, number));
    return batch;
  }
}
