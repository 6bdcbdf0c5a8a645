package dev.twotower.trainer.candidates;

import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.masking.BatchIds;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Items drawn uniformly from the catalogue, with replacement. The draws of a batch depend on the
 * seed and the batch's position alone.
 *
 * @param seed of the draws
 * @param items size of the catalogue
 * @param count draws per batch
 */
public record UniformDraws(long seed, int items, int count) {
  /** Appends a batch's draws to its candidates. */
  public void appendTo(BatchIds batch, SamplerPosition position) {
    UniformRandomProvider random =
        Streams.stream(seed, "candidates.uniform", position.epoch(), position.batch());
    for (int draw = 0; draw < count; draw++) {
      batch.appendCandidate(BatchIds.NOBODY, BatchIds.NOBODY, random.nextInt(items));
    }
  }
}
