package dev.twotower.trainer.config;

/**
 * The optimisers (design 8).
 *
 * @param tables update of the embedding tables
 * @param rowSteps what the rows of a batch that share a row of a table count as
 * @param rowStepsOf whose tables they count in
 * @param tableLearningRate their learning rate
 * @param tableWeightDecay decay of the rows in the batch
 * @param learningRate learning rate of the dense parameters, which AdamW updates
 * @param weightDecay their decoupled decay
 * @param schedule how the learning rates fall over the run's planned steps, the temperature's too
 * @param scheduleFloor the share of them that is left at the end
 * @param warmupSteps steps in which they rise from 0 to their values
 * @param clipNorm largest global gradient norm; 0 for no clipping
 */
public record OptimizerConfig(
    Tables tables,
    RowSteps rowSteps,
    Towers rowStepsOf,
    double tableLearningRate,
    double tableWeightDecay,
    double learningRate,
    double weightDecay,
    Schedule schedule,
    double scheduleFloor,
    long warmupSteps,
    double clipNorm) {

  /** Sparse optimisers. */
  public enum Tables {
    ROWWISE_ADAGRAD,
    LAZY_ADAM
  }

  /** What the c rows of a batch that share a row of a table count as. */
  public enum RowSteps {
    /** One step, of the sum of their gradients. */
    BATCH,
    /** c steps, along gradients that have nothing in common. */
    INDEPENDENT,
    /** c steps along one gradient. */
    ALIGNED
  }

  /** How learning rates fall. */
  public enum Schedule {
    CONSTANT,
    LINEAR,
    COSINE
  }

  /** Towers. */
  public enum Towers {
    USER,
    ITEM,
    BOTH;

    public boolean user() {
      return this != ITEM;
    }

    public boolean item() {
      return this != USER;
    }
  }

  public OptimizerConfig {
    Checks.of(OptimizerConfig.class)
        .above("tableLearningRate", tableLearningRate, 0, 100)
        .between("tableWeightDecay", tableWeightDecay, 0.0, 1.0)
        .above("learningRate", learningRate, 0, 100)
        .between("weightDecay", weightDecay, 0.0, 1.0)
        .between("scheduleFloor", scheduleFloor, 0.0, 1.0)
        .between("warmupSteps", warmupSteps, 0, 1_000_000_000)
        .between("clipNorm", clipNorm, 0.0, 1e6)
        .done();
  }

  /** Whether rates fall, so that a run must have a planned end. */
  public boolean decays() {
    return schedule != Schedule.CONSTANT;
  }

  /**
   * Whether a step must know how many rows are behind it: under row-wise Adagrad, independent rows
   * move as far in one step as in many.
   */
  public boolean countsRows() {
    return switch (rowSteps) {
      case BATCH -> false;
      case INDEPENDENT -> tables == Tables.LAZY_ADAM;
      case ALIGNED -> true;
    };
  }
}
