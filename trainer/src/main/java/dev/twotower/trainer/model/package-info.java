/**
 * A two-tower model: its tables, towers and dense parameters, how they are optimised, saved and
 * used to score.
 *
 * <p>Scores are cosines of vectors of length 1. A tower that sees nothing but ids gives an id
 * without training rows the shared unknown row, which is zeros, and so a vector of zeros: nothing
 * is known of it. Its dot product, 0, would put such an item above all that a user dislikes, and
 * leave such a user with the items in order of their numbers. {@link
 * dev.twotower.trainer.model.ModelScorer} ranks items without a vector last, and for users without
 * a vector ranks items by their training rows. Towers with other features or with hidden layers
 * give every id a vector.
 */
package dev.twotower.trainer.model;
