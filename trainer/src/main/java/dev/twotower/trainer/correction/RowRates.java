package dev.twotower.trainer.correction;

import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.trainer.config.LossConfig.Counting;

/**
 * The row rate n_j / N.
 *
 * @param counts the training split
 */
record RowRates(TrainCounts counts) implements Proposal {
  @Override
  public Counting counting() {
    return Counting.ROWS;
  }

  @Override
  public double q(int item) {
    return (double) counts.rows(item) / counts.total();
  }
}
