/**
 * Layouts and the samplers that read them (design 6).
 *
 * <p>A layout is the order rows of a split are read in. In-batch negatives come from the rows that
 * share a batch, so the layout decides how often a "negative" is an item the same user engaged with
 * (design 4): {@code iid} spreads a user's rows over the epoch, {@code sorted} puts them side by
 * side, {@code requests:G} keeps a request's rows together (so that the user tower runs once for
 * them) while mixing the requests of many users.
 *
 * <p>Samplers hand out row numbers only; the columns stay where they are. The order of an epoch
 * depends on (seed, layout, batch size, epoch) and nothing else.
 */
package dev.twotower.data.sampling;
