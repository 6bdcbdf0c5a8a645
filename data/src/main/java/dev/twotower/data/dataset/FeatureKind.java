package dev.twotower.data.dataset;

/** What a feature column holds: one code, several codes, one number, or a vector of numbers. */
public enum FeatureKind {
  CATEGORICAL,
  MULTI,
  NUMERIC,
  VECTOR;

  /** Whether values are codes of a vocabulary. */
  boolean coded() {
    return this == CATEGORICAL || this == MULTI;
  }
}
