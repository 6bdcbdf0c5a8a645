/**
 * The logit-corrected, masked in-batch softmax loss with its gradient in closed form (design 3).
 *
 * <p>With scores s(q,m) of unit vectors, logits {@code l(q,m) = s/tau - log q(m)} and a {@link
 * dev.twotower.masking.NegativesPlan}, an anchor of query q with positive p has
 *
 * <pre>
 *   A    = sum over columns m not positive for q of w(q,m) e^{l(q,m)}
 *   N    = A + own e^{l(q,p)} + sum over positives p' != p of q of w(q,p') e^{l(q,p')}
 *   D    = N + e^{l(q,p)}
 *   L    = v (log D - l(q,p))                                     v: the anchor's weight
 *   dL/dl(q,m)  = w(q,m) e^{l(q,m)} sum over p of v/D             for columns that are not a positive of q
 *   dL/dl(q,p)  = w(q,p) e^{l(q,p)} sum over p' != p of v'/D' - v (N - own e^{l(q,p)}) / D
 * </pre>
 *
 * The last line writes {@code e^l/D - 1} as {@code -(D - e^l)/D}, so that every sum has positive
 * terms only. Exclusive sums over a query's positives are prefix plus suffix sums, not a total
 * minus a term. Neither engine keeps a graph over logits: {@link
 * dev.twotower.trainer.loss.TiledLoss} computes a tile of queries x all columns, turns it into its
 * gradient in place and hands dX and dY to the towers. What is done with all logits of a tile runs
 * in chunks of its columns over threads ({@link dev.twotower.trainer.loss.TileColumns}): a chunk
 * has its own rows of dY, and its own part of dX, which are added up in order. The dense and the
 * deduplicated engine are the same code on two plans. {@code ReferenceLoss}, among the tests, is
 * the definition in plain doubles.
 *
 * <p><b>The positive left out.</b> Yi et al. (RecSys 2019) correct the positive like any candidate,
 * as above. It is in the denominator with probability 1 though, and not a draw from q; Khrylchenko
 * et al. (RecSys 2025, arXiv 2507.09331) leave it out of both:
 *
 * <pre>
 *   l(q,p) = s/tau                 q'(m) = q(m) / share,  share = 1 - q(p), less q of other items that masks take away
 *   Z      = share N               the denominator; Z / draws estimates the other items' part of the
 *                                  partition function, draws being the negatives behind N
 *   P      = e^{l(q,p)} / (e^{l(q,p)} + Z / draws)
 *   L      = v sg(1 - P) (log Z - l(q,p))                              sg: no gradient through it
 *   dL/dl(q,m)  = w(q,m) e^{l(q,m)} sum over p of v (1 - P) share / Z
 *   dL/dl(q,p)  = that of its column under other positives, and -v (1 - P)
 * </pre>
 *
 * <p>The temperature divides the score only, never log q (design 3.1).
 *
 * <p><b>Forms</b> ({@link dev.twotower.trainer.loss.BatchLoss}). Recall and ndcg count the first K
 * items alone, and a loss of all anchors alike spends itself on those that will never be among
 * them. Two forms weigh anchors by where they stand. Both have the gradient of the sum above under
 * other weights v, which are worked out first, top-k with a term at the positives besides; so the
 * engines, masks, corrections, row weights and extra negatives are the same, and so is the R x M
 * form. A loss that compares each positive with each negative through another function than the
 * exponential (PSL, arXiv 2411.00163) needs a sum over the columns for each row instead of each
 * query, which would cost the deduplicated form; it is not offered.
 *
 * <p><b>Top-k</b> (SL@K: Yang et al., KDD 2025, arXiv 2508.05673, with the sigmoid as its weight):
 * with b the score of the K-th item of the anchor's user and t the form's own temperature,
 *
 * <pre>
 *   w  = 2 / (1 + e^((b - s) / t))         1 at the threshold, 2 far above, 0 far below
 *   R  = log of (sum over the catalogue of e^(s/tau)) - s/tau, estimated by log (D / T) - s/tau
 *   L  = v w R
 *   dL/dl(q,m)  that of the sum above with v w for v, and for the positive tau v dw/ds R more
 * </pre>
 *
 * T being the candidates of the batch, of which D is the sum, those that masks take away included;
 * where q is the probability of a hit, D itself estimates the catalogue's sum, and where the
 * positive is left out R is -log P. The factor 2 makes v R, the plain loss but for a constant, the
 * limit for a high t. The threshold is held, and the gradient goes through the score in w: an
 * anchor that stands higher costs more, so positives are pulled by {@code 1 - (1 - w/2) R tau / t}
 * of what they would be, the least where R is large, while negatives are pushed as before. Without
 * that term, with w a constant, the form was no better than the plain loss where it was tried; with
 * it, t must be above tau R, about tau log(items), or improbable positives are pushed away; what is
 * not above that is refused.
 *
 * <p>The threshold b is not kept from pass to pass over the catalogue, as in the paper, but
 * estimated from each batch, so that it is never stale, is that of the request and not only of the
 * user, needs no state in checkpoints, and costs nothing that grows with the catalogue. A distinct
 * item m of the batch that c(m) of its T candidates carry stands for {@code c(m) / (T q(m))} items
 * of the catalogue (for {@code 1 / q(m)}, if q is the probability of a hit); an item that a row of
 * the user carries is there because the user is, and stands for 1. In descending order of score, b
 * is that of the first item whose middle is past K - 1 items. All items count, whatever the masks
 * remove: the user's own items are rivals of each other for the K places. It is looked for among
 * the best 4 K distinct items of the batch; where these stand for fewer than K, b is the score of
 * their last. Without q there is no telling how many items a candidate stands for, so {@code
 * correction: none} is refused.
 *
 * <p><b>Bilateral</b> (BSL: Wu et al., ICDE 2024, arXiv 2312.12882, eq. 14): the positives of a
 * user are pooled under a temperature of their own, {@code -t1 log mean of e^(s/t1)} beside {@code
 * t2 log sum of e^(s/t2)} over the negatives, so that positives that the model finds improbable,
 * such as accidental clicks, pull less. Here the pool is what the batch holds of the user. With
 * {@code a = s/tau - log D}, the anchor's log-probability but for a constant, and power = t2 / t1,
 *
 * <pre>
 *   V  = sum of v over the user's anchors
 *   L  = sum over users of -V / power  log(1/V sum of v e^(power a))  + sum of v log q(p)
 *   v' = V  v e^(power a) / sum of v e^(power a)
 * </pre>
 *
 * which is the paper's loss in units of t2 where all anchors of the user have one denominator, and
 * for which dL equals the sum of v' dL_i exactly. For power towards 0 the mean is geometric and L
 * the plain loss. (Published code takes the logarithm row by row, which pools nothing and only
 * scales the loss.) If the positive is left out, a is log P, and the last term is 0. Its log D come
 * from a pass over the tiles without gradients.
 */
package dev.twotower.trainer.loss;
