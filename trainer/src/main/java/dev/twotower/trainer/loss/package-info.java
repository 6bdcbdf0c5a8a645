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
 * gradient in place and hands dX and dY to the towers. The dense and the deduplicated engine are
 * the same code on two plans. {@code ReferenceLoss}, among the tests, is the definition in plain
 * doubles.
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
 */
package dev.twotower.trainer.loss;
