package dev.twotower.trainer.config;

/**
 * In what numbers a GPU multiplies matrices; what goes in, what comes out and the sums in between
 * are float32. A CPU knows float32 alone.
 */
public enum Precision {
  /** As on a CPU. */
  FLOAT32,
  /** Factors rounded to 10 bits behind the point, on tensor cores. */
  TF32,
  /** Factors rounded to 7 bits behind the point, on tensor cores. */
  BF16
}
