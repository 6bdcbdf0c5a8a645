package dev.twotower.trainer.contrastive;

/**
 * Items for the graded contrastive loss.
 *
 * @param items distinct items
 * @param targets weights of their pairs
 */
public record TreeBatch(int[] items, PairTargets targets) {}
