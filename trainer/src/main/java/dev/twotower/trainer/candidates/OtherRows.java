package dev.twotower.trainer.candidates;

import dev.twotower.masking.BatchIds;
import java.util.List;

/**
 * Items of the rows that other parts of a log train on in the same steps, so that all parts'
 * batches together are one batch.
 *
 * <p>That they are these rows, and not a sample of all, matters for what an item learns. In a batch
 * an item is drawn to the users of its rows and pushed away from all others, so both grow and
 * shrink together with the number of its rows there, and what they have in common cancels. With
 * draws of their own, the two would come at different times: the same sum over an epoch, of larger
 * terms.
 */
public final class OtherRows {
  private final List<int[]> parts;
  private final long first;
  private final int batches;

  /**
   * @param parts items of the rows of each other part, in the order of its batches
   * @param first the batch of the epoch that they begin with, counted from 0
   * @param batches over which each part's rows are spread evenly, in their order
   */
  public OtherRows(List<int[]> parts, long first, int batches) {
    this.parts = List.copyOf(parts);
    this.first = first;
    this.batches = batches;
  }

  /**
   * Appends the rows of the same step to a batch's candidates. Each row is a candidate of one
   * batch.
   *
   * @param number the batch of the epoch, counted from 0
   * @throws IllegalArgumentException when the rows are not of that batch's round
   */
  public void appendTo(BatchIds batch, long number) {
    long at = number - first;
    if (at < 0 || at >= batches) {
      throw new IllegalArgumentException(
          "batch %d of the epoch; allowed: %d to %d".formatted(number, first, first + batches - 1));
    }
    for (int[] items : parts) {
      int end = Math.toIntExact(items.length * (at + 1) / batches);
      for (int row = Math.toIntExact(items.length * at / batches); row < end; row++) {
        batch.appendCandidate(BatchIds.NOBODY, BatchIds.NOBODY, items[row]);
      }
    }
  }
}
