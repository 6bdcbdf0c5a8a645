package dev.twotower.eval.batch;

import dev.twotower.data.dataset.Interactions;
import java.util.function.LongToDoubleFunction;

/**
 * A context column that a program computes for its own mask: {@code context:NAME} removes
 * candidates whose value equals the anchor's, {@code context:NAME/WIDTH} those whose values are at
 * most WIDTH apart. Both plans handle such masks exactly like a column of the data set (design
 * 3.1).
 */
@FunctionalInterface
public interface ContextValues {
  /**
   * The value of each row of a split; NaN where a row has none. Called from one thread at a time,
   * and equal rows must give equal values, or a resumed run differs.
   *
   * @param rows the rows of the split, numbered from 0
   */
  LongToDoubleFunction of(Interactions rows);
}
