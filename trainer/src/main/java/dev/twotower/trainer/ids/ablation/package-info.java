/**
 * What the category tree does to semantic IDs: the same items quantised under several weights of
 * the tree loss, kinds of batches and rates of wrong categories, over several seeds (design 7).
 *
 * <p>An arm's figures are means over seeds with Student's t interval of 95 %. Beside them are
 * ratios to the arm without the tree loss, formed seed by seed, so that what a seed does to both
 * cancels.
 */
package dev.twotower.trainer.ids.ablation;
