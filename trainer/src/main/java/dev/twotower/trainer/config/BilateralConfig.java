package dev.twotower.trainer.config;

/**
 * The pooling of a user's anchors (Wu et al., ICDE 2024, arXiv 2312.12882).
 *
 * @param power exponent of the mean: the temperature of the negatives over that of the positives
 */
public record BilateralConfig(double power) {
  public BilateralConfig {
    Checks.of(BilateralConfig.class).above("power", power, 0, 10).done();
  }
}
