package dev.twotower.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A term that a program adds to the loss of every batch, next to the masked retrieval loss. The
 * engine differentiates it into both towers, their tables and dense parameters.
 */
@FunctionalInterface
public interface OwnLoss {
  /**
   * The term for one batch, already weighed.
   *
   * @param step owns the arrays of the step; create new ones in it
   * @param batch the batch: its plan says which user and item each row of the vectors is
   * @param queries vectors of the plan's queries, {@code queries x dim}, length 1
   * @param columns vectors of the plan's columns, {@code columns x dim}, length 1
   * @return one number; a value that is not finite ends the run like a loss that is not finite
   */
  NDArray of(NDManager step, PlannedBatch batch, NDArray queries, NDArray columns);
}
