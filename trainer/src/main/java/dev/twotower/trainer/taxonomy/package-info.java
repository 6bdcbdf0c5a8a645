/**
 * The category tree in training: batches of items with graded targets for the losses on the item
 * tower and on semantic IDs (design 7), pairs of items engaged with together, and trees with errors
 * put in on purpose.
 *
 * <p>{@link dev.twotower.trainer.taxonomy.TreeBatches} gives batch number n from (seed, n) alone,
 * so that a resumed run needs nothing but its step.
 */
package dev.twotower.trainer.taxonomy;
