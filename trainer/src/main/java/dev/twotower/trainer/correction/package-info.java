/**
 * The sampling correction: what log q is, and how it enters a batch's loss (design 3.4).
 *
 * <p>A softmax over the items of a batch stands for one over the catalogue. Items come into the
 * batch with unequal probability q, so each logit is lowered by log q: {@code sum of e^(s/tau)/q}
 * over what was drawn estimates the catalogue's sum (Bengio and Senecal 2003; Yi et al., RecSys
 * 2019). An estimate of q is a {@link dev.twotower.trainer.correction.Proposal}.
 *
 * <p><b>What is counted.</b> Estimate and denominator must count the same thing. With {@code rows},
 * an item counts as often as it occurs: the batch is draws from the row rate {@code n_j / N}. With
 * {@code unique}, a distinct item counts once, and q is the probability that a batch holds it at
 * all. Rows arrive in bursts when they are sorted by user: the two then differ by the length of the
 * bursts, not by a constant, and taking one for the other corrects frequent re-engagements wrongly.
 *
 * <p><b>Estimates.</b>
 *
 * <ul>
 *   <li>{@code empirical}, rows: {@code n_j / N} ({@link
 *       dev.twotower.trainer.correction.RowRates}); unique: the share of the layout's batches that
 *       hold the item ({@link dev.twotower.trainer.correction.HitRates}).
 *   <li>{@code streaming}: the mean number of batches between two hits, kept in hashed slots while
 *       training continues ({@link dev.twotower.trainer.correction.StreamingRates}).
 *   <li>{@code leave-user-out}: {@code (n_j - n_uj) / (N - N_u)}, what the row rate becomes for
 *       anchors of user u once the user's own rows are masked. It differs from the row rate by a
 *       constant, which the softmax does not see and which is left out ({@code N} in place of
 *       {@code N - N_u}: masked rows are draws as well), except for the few items the user engaged
 *       with: the candidates among those weigh {@code n_j / (n_j - n_uj)} times as much for that
 *       user's anchors ({@link dev.twotower.trainer.correction.EngagedWeightsPlan}). An item that
 *       only this user engaged with cannot be a candidate, but it can be the positive; {@code n_j -
 *       n_uj} is taken to be at least 1, as if another user had engaged with it once. Without that
 *       floor its anchor would have an infinite logit, and learn nothing.
 * </ul>
 *
 * <p><b>Mixed with uniform draws.</b> Where U of the T candidates are uniform draws from I items
 * (design 3.5; Yang et al. 2020), rows are drawn from {@code (T-U)/T n_j/N + U/T 1/I}, and an item
 * is there at all with probability {@code 1 - (1-q)(1-1/I)^U}. For {@code leave-user-out} the first
 * term is that of the user, not renormalised: masked rows are fewer draws, not draws of something
 * else.
 *
 * <p><b>Items that a request showed</b> (design 15) are no draws from q, but enter the denominator
 * as other candidates do, with the q of their rows, so that they weigh against the others of the
 * request as they would if a row had brought them. Many have no positive row, and q would be 0 and
 * their logit infinite: {@code n_j} (for {@code leave-user-out} {@code n_j - n_uj}) is taken to be
 * at least 1, as though somebody had engaged with the item once. Counts of batches ({@code unique},
 * and {@code streaming}) do not know such items, and are refused.
 *
 * <p><b>The positive</b> is corrected like its column, or left out of the denominator and left
 * uncorrected (arXiv 2507.09331; formulas in the package of the loss). What the proposal leaves for
 * other items is then {@code 1 - q(p)} with {@code rows}, each negative being one draw; under the
 * {@code engaged} mask it is 1 less the q of all items of the user, p among them. With {@code
 * unique} the sum over distinct items {@code e^(s/tau)/q} already estimates the other items' part
 * of the catalogue's sum, so share and draws are 1.
 */
package dev.twotower.trainer.correction;
