/**
 * Item vectors that semantic IDs are made from: those of a trained model, of a file, or made from
 * what is known of items without any engagement.
 *
 * <p>The last are latent semantic analysis (Deerwester et al. 1990): each item is a sparse row over
 * the codes of its features, a code weighing {@code log(n / n_c)} (inverse document frequency,
 * Sparck Jones 1972) and a row having length 1; rows are projected on the main directions of the
 * whole, found by subspace iteration (Halko, Martinsson and Tropp 2011, arXiv 0909.4061).
 */
package dev.twotower.trainer.ids.vectors;
