/**
 * Candidates beside the rows of the batch, for pools that masks have made small (design 3.5). They
 * are never anchors. All of them join the batch's columns before it is planned, so every mask,
 * engine and correction sees them as it sees rows.
 *
 * <p><b>Uniform draws</b> (mixed negative sampling, Yang et al., WWW Companion 2020): items drawn
 * uniformly from the catalogue with replacement, so that items that no user in the batch, or no
 * user at all, engaged with are pushed down as well. They have no user: only masks on items remove
 * them. Their vectors come from the item tower, with gradient. A tower of ids alone without hidden
 * layers has zeros for an item without training rows: such a draw adds a constant and pushes
 * nothing.
 *
 * <p><b>The queue</b> (cross-batch negatives, Wang et al., SIGIR 2021, arXiv 2110.15154): the last
 * N rows of earlier batches. User, request and context are remembered, so all masks apply. The
 * vectors are those of the last batch that held the item as one of its rows: computed then, kept,
 * and used without gradient. Where the batch at hand holds the item too, its fresh vector serves
 * the remembered rows as well, which then are what further rows of a larger batch would be. Vectors
 * change fast at first; the queue is filled from the first step on but used only after a warm-up.
 *
 * <p>Which rows are remembered where is decided while planning ({@link
 * dev.twotower.trainer.candidates.RowQueue}), ahead of the engine; the vectors follow as batches
 * are trained on ({@link dev.twotower.trainer.candidates.VectorQueue}).
 */
package dev.twotower.trainer.candidates;
