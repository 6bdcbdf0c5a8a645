package dev.twotower.trainer.candidates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.masking.BatchIds;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OtherRowsTest {
  /** Five rows of one part and two of another, over batches 7, 8 and 9. */
  private static final OtherRows ROWS =
      new OtherRows(List.of(new int[] {1, 2, 3, 4, 5}, new int[] {8, 9}), 7, 3);

  @Test
  void eachRowIsACandidateOfOneBatchInItsOrder() {
    assertThat(items(7)).containsExactly(1);
    assertThat(items(8)).containsExactly(2, 3, 8);
    assertThat(items(9)).containsExactly(4, 5, 9);
  }

  @Test
  void theyAreNobodysRowsAndNoAnchors() {
    BatchIds batch = new BatchIds(0);
    batch.add(0, 0, 6);
    ROWS.appendTo(batch, 9);
    assertThat(batch.size()).isEqualTo(1);
    assertThat(batch.candidates()).isEqualTo(4);
    assertThat(batch.user(3)).isEqualTo(BatchIds.NOBODY);
  }

  @Test
  void batchesOfOtherRoundsAreRefused() {
    for (long number : new long[] {6, 10}) {
      assertThatThrownBy(() -> items(number))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("batch %d of the epoch; allowed: 7 to 9", number);
    }
  }

  private static int[] items(long number) {
    BatchIds batch = new BatchIds(0);
    ROWS.appendTo(batch, number);
    return IntStream.range(batch.size(), batch.candidates()).map(batch::item).toArray();
  }
}
