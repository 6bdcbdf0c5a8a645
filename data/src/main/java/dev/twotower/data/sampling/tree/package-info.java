/**
 * Batches of items drawn from the category tree (design 7).
 *
 * <p>{@link dev.twotower.data.sampling.tree.HierarchicalSampler} draws batches of items that hold
 * same-leaf, sibling and unrelated pairs, for a contrastive loss graded by distance; {@link
 * dev.twotower.data.sampling.tree.UniformItemSampler} draws them without regard to the tree, to
 * compare with; {@link dev.twotower.data.sampling.tree.Composition} says what either is made of.
 */
package dev.twotower.data.sampling.tree;
