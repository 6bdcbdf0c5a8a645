package dev.twotower.eval.falsenegatives;

import java.util.function.Function;

/** The columns that every table of batches shares, on pages and in terminals. */
public enum BatchColumn {
  LAYOUT("layout", false, BatchFigures::layout),
  BATCH("batch", false, BatchFigures::batchSize),
  MASKS("masks", false, BatchFigures::masksAndSettings),
  FALSE("false", true, BatchFigures::falseNegativeRate),
  SAME_USER("same user", true, BatchFigures::sameUserRate),
  COLLISIONS("collisions", true, BatchFigures::collisionRate),
  EFFECTIVE_USERS("effective users", false, BatchFigures::effectiveUsers),
  VALID_NEGATIVES("valid negatives", false, BatchFigures::validNegativesPerAnchor),
  ROWS_PER_REQUEST("rows/request", false, BatchFigures::dedupRatio);

  private final String heading;
  private final boolean share;
  private final Function<BatchFigures, Object> value;

  BatchColumn(String heading, boolean share, Function<BatchFigures, Object> value) {
    this.heading = heading;
    this.share = share;
    this.value = value;
  }

  public String heading() {
    return heading;
  }

  /** Whether the value is a share of 1, to be written as a percentage. */
  public boolean share() {
    return share;
  }

  /** A layout or text, an Integer, or a Double. */
  public Object value(BatchFigures batches) {
    return value.apply(batches);
  }
}
