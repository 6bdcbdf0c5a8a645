package dev.twotower.eval.falsenegatives;

import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.BatchSampler;
import dev.twotower.data.sampling.RowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The batches of an epoch that are measured, handed out one after another to threads that count
 * them: every {@code shares}-th, of all or of a uniform sample of them.
 */
final class SharedBatches {
  private final BatchSampler sampler;
  private final int shares;
  private final List<long[]> sample = new ArrayList<>();
  private final boolean sampled;
  private long next;
  private long given;
  private long epochBatches;

  private SharedBatches(BatchSampler sampler, boolean sampled, int number, int shares) {
    this.sampler = sampler;
    this.sampled = sampled;
    this.next = number;
    this.shares = shares;
  }

  /**
   * Batches of a whole epoch.
   *
   * @param number which share of them, 0 to {@code shares} - 1
   */
  static SharedBatches ofEpoch(BatchSampler sampler, int number, int shares) {
    return new SharedBatches(sampler, false, number, shares);
  }

  /**
   * Batches of a uniform sample of an epoch (Vitter 1985), which is read to its end at once.
   *
   * @param most batches of the sample
   * @param batch room for one
   */
  static SharedBatches ofSample(
      BatchSampler sampler, int most, long seed, RowBatch batch, int number, int shares) {
    SharedBatches batches = new SharedBatches(sampler, true, number, shares);
    UniformRandomProvider random = Streams.stream(seed, "eval.falsenegatives");
    for (; sampler.next(batch); batches.epochBatches++) {
      long place =
          batches.sample.size() < most
              ? batches.sample.size()
              : random.nextLong(batches.epochBatches + 1);
      if (place < batches.sample.size()) {
        batches.sample.set((int) place, copy(batch));
      } else if (place < most) {
        batches.sample.add(copy(batch));
      }
    }
    return batches;
  }

  private static long[] copy(RowBatch batch) {
    return Arrays.copyOf(batch.rows(), batch.size());
  }

  /**
   * Fills in the next batch.
   *
   * @return its number, or -1 when there is none left
   */
  synchronized long next(RowBatch into) {
    long number = next;
    if (sampled) {
      if (number >= sample.size()) {
        return -1;
      }
      into.clear();
      for (long row : sample.get((int) number)) {
        into.add(row);
      }
    } else {
      while (given <= number) {
        if (!sampler.next(into)) {
          epochBatches = given;
          return -1;
        }
        given++;
      }
    }
    next += shares;
    return number;
  }

  /** Batches of the epoch; known when no batch is left. */
  synchronized long epochBatches() {
    return epochBatches;
  }
}
