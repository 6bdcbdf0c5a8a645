package dev.twotower.trainer.config;

/**
 * The optimisers (design 8).
 *
 * @param tables update of the embedding tables
 * @param tableLearningRate their learning rate
 * @param tableWeightDecay decay of the rows in the batch
 * @param learningRate learning rate of the dense parameters, which AdamW updates
 * @param weightDecay their decoupled decay
 * @param clipNorm largest global gradient norm; 0 for no clipping
 */
public record OptimizerConfig(
    Tables tables,
    double tableLearningRate,
    double tableWeightDecay,
    double learningRate,
    double weightDecay,
    double clipNorm) {

  /** Sparse optimisers. */
  public enum Tables {
    ROWWISE_ADAGRAD,
    LAZY_ADAM
  }

  public OptimizerConfig {
    Checks.of(OptimizerConfig.class)
        .above("tableLearningRate", tableLearningRate, 0, 100)
        .between("tableWeightDecay", tableWeightDecay, 0.0, 1.0)
        .above("learningRate", learningRate, 0, 100)
        .between("weightDecay", weightDecay, 0.0, 1.0)
        .between("clipNorm", clipNorm, 0.0, 1e6)
        .done();
  }
}
