package dev.twotower.trainer.optimizer;

/**
 * One row of a table and its optimiser in double precision: the formulas of the package, for a step
 * that stands for c steps.
 */
final class ReferenceRow {
  /** Which formulas. */
  enum Kind {
    ADAGRAD,
    ADAM
  }

  final double[] weights;
  private final Kind kind;
  private final double rate;
  private final double decay;
  private final double alignment;
  private final double[] mean;
  private final double[] variance;
  private double accumulator;
  private double steps;

  ReferenceRow(Kind kind, double[] weights, RowRates rates) {
    this.kind = kind;
    this.weights = weights.clone();
    this.rate = rates.learningRate();
    this.decay = rates.decay();
    this.alignment = rates.alignment();
    this.mean = new double[weights.length];
    this.variance = new double[weights.length];
  }

  /**
   * One step.
   *
   * @param gradient the sum over the rows of the batch
   * @param count how many, c
   */
  void update(double[] gradient, double count) {
    double excess = 1 + (count - 1) * alignment;
    double kept = 1 - count * rate * decay;
    double squares = 0;
    for (double value : gradient) {
      squares += value * value;
    }
    accumulator += squares / gradient.length / excess;
    steps += count;
    double first = Math.pow(0.9, count);
    double second = Math.pow(0.999, count);
    for (int i = 0; i < gradient.length; i++) {
      double g = gradient[i] / count;
      mean[i] = first * mean[i] + (1 - first) * g;
      variance[i] = second * variance[i] + (1 - second) * g * g * count / excess;
      double m = mean[i] / (1 - Math.pow(0.9, steps));
      double v = variance[i] / (1 - Math.pow(0.999, steps));
      double move =
          switch (kind) {
            case ADAGRAD -> gradient[i] / (Math.sqrt(accumulator) + 1e-10);
            case ADAM -> count * m / (Math.sqrt(v) + 1e-8);
          };
      weights[i] = kept * weights[i] - rate * move;
    }
  }
}
