package dev.twotower.trainer.candidates;

import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.masking.BatchIds;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Items drawn as rows of other users hold them, with replacement: an item with twice the rows is
 * drawn twice as often. The draws of a batch depend on the seed and the batch's position alone.
 */
public final class RowDraws {
  private final long seed;
  private final int count;

  /** Rows of the items up to and with each. */
  private final long[] upTo;

  /**
   * @param seed of the draws
   * @param rows of each item, those of the other users; none where no draw is wanted
   * @param count draws per batch
   * @throws IllegalArgumentException for draws from no rows
   */
  public RowDraws(long seed, int[] rows, int count) {
    this.seed = seed;
    this.count = count;
    this.upTo = new long[rows.length];
    long sum = 0;
    for (int item = 0; item < rows.length; item++) {
      sum += rows[item];
      upTo[item] = sum;
    }
    if (count > 0 && sum == 0) {
      throw new IllegalArgumentException(
          "%d draws from no rows; allowed: 0, or rows to draw from".formatted(count));
    }
  }

  /** Appends a batch's draws to its candidates. */
  public void appendTo(BatchIds batch, SamplerPosition position) {
    UniformRandomProvider random =
        Streams.stream(seed, "candidates.rows", position.epoch(), position.batch());
    for (int draw = 0; draw < count; draw++) {
      batch.appendCandidate(BatchIds.NOBODY, BatchIds.NOBODY, item(random));
    }
  }

  private int item(UniformRandomProvider random) {
    long row = random.nextLong(upTo[upTo.length - 1]);
    int at = Arrays.binarySearch(upTo, row + 1);
    if (at < 0) {
      return -at - 1;
    }
    // Items without rows have the sum of the one before.
    while (at > 0 && upTo[at - 1] == upTo[at]) {
      at--;
    }
    return at;
  }
}
