package dev.twotower.trainer.correction;

import dev.twotower.trainer.config.LossConfig.Counting;

/** An estimate of how often items enter batches as candidates: q of design 3.4. */
public interface Proposal {
  /** What q counts: rows, then q sums to 1 over the catalogue; unique, then q is a probability. */
  Counting counting();

  /** q of an item, 0 to 1; above 0 for items of the batch at hand. */
  double q(int item);
}
