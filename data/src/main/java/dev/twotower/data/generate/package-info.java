/**
 * Synthetic logs with the properties that matter for in-batch negatives: heavy tails in user
 * activity, request size and item popularity, a category tree, and taste that a model can learn.
 *
 * <p>The model. An item has a quality, {@code rank^-s} over a random ranking of the catalogue
 * (Zipf), and hangs on a leaf of a random tree whose leaves differ in size. A user has a personal
 * affinity to every category, the cube of an exponential draw, so that a few stand far above the
 * rest; favourite leaves are drawn by walking down the tree by affinity and size, so that a user's
 * favourites share branches. A request has one of the favourites as its theme. Each row is drawn,
 * with probability {@code taste}, from the theme or another favourite, otherwise from the whole
 * catalogue, and within either by quality; no user engages with the same item twice. Rows per user
 * and per request are log-normal.
 *
 * <p>Every user has a separate random stream, so users are written one after the other and nothing
 * but the catalogue and one count per user is held in memory.
 */
package dev.twotower.data.generate;
