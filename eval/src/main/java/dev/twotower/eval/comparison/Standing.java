package dev.twotower.eval.comparison;

/**
 * What is known of a against b where the question is whether a may take b's place. Every sentence
 * about a pair goes by this one value, so that no two of them can contradict each other.
 */
public enum Standing {
  /** Shown to be above b. */
  BETTER,
  /** Shown to differ from b by less than the margin. */
  EQUIVALENT,
  /** Shown to lose less than the margin; whether it gains is open. */
  NOT_WORSE,
  /** Nothing is shown. */
  OPEN,
  /** Shown to be below b. */
  WORSE;

  static Standing of(Verdict verdict, boolean notWorse) {
    return switch (verdict) {
      case BETTER -> BETTER;
      case EQUIVALENT -> EQUIVALENT;
      case UNDECIDED -> notWorse ? NOT_WORSE : OPEN;
      case WORSE -> WORSE;
    };
  }

  /** Whether a may take b's place: it is shown to lose less than the margin, or nothing. */
  public boolean good() {
    return compareTo(NOT_WORSE) <= 0;
  }

  /** Whether more seeds or users could show more. */
  public boolean undecided() {
    return this == NOT_WORSE || this == OPEN;
  }
}
