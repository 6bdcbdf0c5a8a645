package dev.twotower.trainer.candidates;

import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.masking.BatchIds;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Items drawn as rows of other users hold them, with replacement: an item with twice the rows is
 * drawn twice as often. A batch's draws are to its rows as the other users' rows are to those that
 * batches are made of, so that both together are a sample of all. They depend on the seed, the
 * batch's position and its number of rows alone.
 */
public final class RowDraws {
  private final long seed;
  private final long own;

  /** Rows of the items up to and with each. */
  private final long[] upTo;

  /**
   * @param seed of the draws
   * @param rows of each item, those of the other users
   * @param own rows that batches are made of, at least 1
   */
  public RowDraws(long seed, int[] rows, long own) {
    this.seed = seed;
    this.own = own;
    this.upTo = new long[rows.length];
    long sum = 0;
    for (int item = 0; item < rows.length; item++) {
      sum += rows[item];
      upTo[item] = sum;
    }
  }

  /** Appends a batch's draws to its candidates; a fraction of a draw is one so often. */
  public void appendTo(BatchIds batch, SamplerPosition position) {
    UniformRandomProvider random =
        Streams.stream(seed, "candidates.rows", position.epoch(), position.batch());
    double wanted = (double) batch.size() * upTo[upTo.length - 1] / own;
    int count = (int) (wanted + random.nextDouble());
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
