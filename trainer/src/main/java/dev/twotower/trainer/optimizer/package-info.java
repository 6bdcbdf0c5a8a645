/**
 * Optimisers (design 8). Tables are updated by the row: {@link
 * dev.twotower.trainer.optimizer.RowwiseAdagrad} and {@link
 * dev.twotower.trainer.optimizer.LazyAdam} read and write only the rows of the batch, so that their
 * cost follows the distinct ids in it and not the table's size. Dense parameters take AdamW ({@link
 * dev.twotower.trainer.optimizer.DenseParameters}). Each class cites its paper.
 */
package dev.twotower.trainer.optimizer;
