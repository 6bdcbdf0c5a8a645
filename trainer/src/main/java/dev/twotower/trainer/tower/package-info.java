/**
 * User and item towers (design 8). A {@link dev.twotower.trainer.tower.Tower} turns features into
 * one array each, hands them to a DJL block, its head, and normalises what comes out: unit vectors
 * whose dot product is the score. The built-in head is {@link
 * dev.twotower.trainer.tower.TowerHead}; any block from {@code (n, w1), (n, w2), ...} to {@code (n,
 * dim)} can take its place and the losses, tables, samplers and evaluation stay as they are.
 *
 * <p>Features are read on the host into {@link dev.twotower.trainer.tower.TowerInput}s by the
 * planning thread, as numbers of rows of {@link dev.twotower.trainer.tower.TouchedRows}: each table
 * row that a batch needs is read once, however many features and histories mention it.
 *
 * <p>A history holds the user's items strictly before a moment, newest first: the start of the
 * request in training, the user's first row of the evaluated split in evaluation. Requests of a
 * user may interleave, and a validation part may be drawn from anywhere, so all rows that may be
 * seen are merged by time ({@link dev.twotower.trainer.tower.Histories}). Where validation of a
 * {@code given} split is ranked and the user has a training row after its first validation row, the
 * two have no order in time, and all training rows are history ({@link
 * dev.twotower.trainer.model.ModelScorer}).
 *
 * <p>What is known at a request ({@code context.NAME}) is a feature of the user tower that is read
 * by the request's number, not the user's: a context column that has one value for all rows of a
 * request ({@link dev.twotower.data.dataset.RequestFeatures}). That is looked at when a model is
 * made, in the same passes that find which codes training requests have and how their numbers are
 * spread; reading a batch then trusts the request's first row, and an import need not know which
 * columns will ever be features. As with histories, a batch has an input for each of its requests.
 *
 * <p>A transformer pools a history as Kang and McAuley 2018 (SASRec) do: to the vector of each item
 * comes one for its place, 0 being the newest, and if asked one for its gap in time ({@link
 * dev.twotower.trainer.tower.TimeGaps}) and one for its kind of feedback ({@link
 * dev.twotower.trainer.tower.HistoryKinds}); in each layer a place attends to itself and to older
 * ones ({@link dev.twotower.trainer.tower.TransformerLayer}). It differs in two things. What place
 * 0 reads in the last layer is added to the mean over the places, not to place 0: items of one
 * request have no order, and a user's vector that begins as the newest item's learns worse than one
 * that begins as the mean. And there is no dropout. Its passes take one thread of the engine.
 *
 * <p>In training, towers with built-in heads and no learned pooling pass in closed form ({@link
 * dev.twotower.trainer.tower.ClosedTowers}), without a graph: forward keeps what LayerNorm sees,
 * its mean and deviation and what ReLU leaves; backward goes the same way back, layer by layer.
 * Both run in chunks of entities, whatever the number of threads. The dense gradient is the sum of
 * the chunks' parts in their order. The gradient of a touched row is the sum over the entities that
 * read it, in their order, found by a counting sort on the host: no two threads add to one row.
 * Other heads, and learned pooling, go through the engine's graph.
 */
package dev.twotower.trainer.tower;
