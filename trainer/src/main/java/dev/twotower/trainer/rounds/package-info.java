/**
 * Training in rounds over the parts of a log (design 17). In a round each part takes the tables
 * that all share as the last round left them, trains on its own rows, and leaves what it changed;
 * then the changes are merged. Parts work where and when they like: a round's result is a function
 * of the files it starts from.
 *
 * <h2>What stays with a part, and what is shared</h2>
 *
 * <p>A user's rows lie in one part, so the table of user ids, its optimiser's state, the streaming
 * estimates, the queue of past vectors and the sampler's place stay with the part. All other
 * tables, the dense parameters and the temperature are shared.
 *
 * <h2>What a batch is</h2>
 *
 * <p>With {@code log}, a step of all parts is a batch of one worker. A part with n of the log's N
 * rows takes {@code B n/N} rows of its own, so that a user has as many steps as on one worker, each
 * of as many rows: with B rows a part, users would have as many times fewer steps as there are
 * parts. Beside them it has the items of the rows that the other parts take in the same step
 * ({@link dev.twotower.trainer.candidates.OtherRows}), which each part leaves for the others a
 * round ahead: 4 bytes a row. So all parts' batches of a step have the candidates of one, and the
 * empirical correction by the counts of the log is that of what is in them. Where parts have not
 * the same number of batches in a round, a part's rows are spread evenly over another's. They are
 * rows of other users, so masks of users have nothing to take away; masks of items see them. They
 * come without contexts and are not remembered by a queue, so with masks of contexts or a queue
 * batches are of each part.
 *
 * <p>Draws from the other parts' rows, in proportion to them, were tried in their place: the same
 * on average, but an item's rows and draws then come in different steps, and the terms that cancel
 * within one batch do not. Adagrad's sums were half as large and items' vectors a quarter longer
 * than on one worker, and recall fell behind (docs/cluster.md).
 *
 * <p>With {@code part}, each part's batches have B rows, and no others are negatives.
 *
 * <h2>How changes are merged</h2>
 *
 * <table>
 * <caption>rules</caption>
 * <tr><th>what</th><th>rule</th></tr>
 * <tr><td>a row of a table</td><td>{@code sum}: the row as it was plus every part's change of it;
 *     under Adagrad a change counts as much as the squares of all parts' gradients allow ({@code
 *     AdagradShares}); the default there, but not under Adam, whose steps are as long for small
 *     gradients as for large ones. {@code mean}: the mean of the parts' rows, weighted by the steps of each part
 *     that touched the row; parts that did not touch it have no say</td></tr>
 * <tr><td>Adagrad's accumulator</td><td>as it was plus every part's increase: it sums the squares of
 *     all gradients, whoever computed them</td></tr>
 * <tr><td>Adam's moments</td><td>the mean, weighted as rows are</td></tr>
 * <tr><td>Adam's steps of a row</td><td>the largest, which is what corrects the moments' mean</td></tr>
 * <tr><td>dense parameters and their moments, log(1/temperature)</td><td>the mean, weighted by the
 *     rows that each part trained on; steps: the largest</td></tr>
 * </table>
 *
 * <p>Where one part alone has a say, its value is taken as it is, bit for bit: training in rounds
 * over one part is training. Sums are formed in the order of parts, in double precision.
 *
 * <h2>Seeds</h2>
 *
 * <p>Part 0 has the run's seed, every other part a seed made of the run's and its number. Batches
 * are drawn by that seed, epoch and batch, so what a part does in a round depends on nothing else.
 *
 * <h2>Files</h2>
 *
 * <p>{@code rounds/round-00007/part-00002/} holds what part 2 left in round 7, {@code
 * rounds/round-00007/shared/} what was merged, and {@code rounds/round-00007/next-00002/} the items
 * of the rows that part 2 trains on in round 8; each appears whole, under a seal. Round 0 has the
 * tables as they begin, and what the first round trains on.
 */
package dev.twotower.trainer.rounds;
