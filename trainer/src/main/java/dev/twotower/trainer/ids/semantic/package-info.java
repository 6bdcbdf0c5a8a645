/**
 * Semantic IDs as such, however they were made: the codes, their file, a view for people, and what
 * they are worth (the intrinsic metrics of design 7).
 *
 * <p>For items with vectors and categories: how evenly codes are used ({@link
 * dev.twotower.trainer.ids.semantic.Codebooks}), how many items a code tells apart, how prefixes
 * agree with levels of the tree ({@link dev.twotower.trainer.ids.semantic.Agreement}), and whether
 * items of similar vectors share prefixes ({@link
 * dev.twotower.trainer.ids.semantic.PrefixSimilarity}).
 *
 * <p>Normalised mutual information is {@code 2 I(P;C) / (H(P) + H(C))} (Strehl and Ghosh 2002 with
 * the arithmetic mean). It penalises prefixes finer than the categories: if every item has a
 * different code, it is {@code 2 H(C) / (log n + H(C))}, not 1. Compare it between codes of equal
 * sizes.
 */
package dev.twotower.trainer.ids.semantic;
