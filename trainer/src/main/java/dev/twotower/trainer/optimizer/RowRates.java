package dev.twotower.trainer.optimizer;

/**
 * How far an optimiser moves a table's rows.
 *
 * @param learningRate lr, from 0
 * @param decay what lr is multiplied by for the share of a row that a step takes away, from 0
 * @param alignment rho of the package's derivation, 0 to 1; no matter where rows do not count
 */
record RowRates(float learningRate, float decay, float alignment) {
  /** The rates at a place of a schedule, which multiplies lr. */
  RowRates times(double factor) {
    return factor == 1 ? this : new RowRates((float) (learningRate * factor), decay, alignment);
  }

  @Override
  public String toString() {
    return "learningRate=%s, weightDecay=%s, alignment=%s"
        .formatted(learningRate, decay, alignment);
  }
}
