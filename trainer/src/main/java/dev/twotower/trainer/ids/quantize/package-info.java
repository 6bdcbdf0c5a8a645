/**
 * Semantic IDs: item vectors turned into short codes by a residual-quantised autoencoder (RQ-VAE;
 * Lee et al. 2022, arXiv 2203.01941; for retrieval TIGER, arXiv 2305.05065; design 7).
 *
 * <p>An encoder E maps a vector x (centred, scaled so that its mean square is 1) to latent numbers,
 * and a category head H to a unit vector. Level by level the residual of both is replaced by its
 * nearest code, and the decoder D sees the sum, without the category part:
 *
 * <pre>
 *   z = ( E(x), sqrt(lambda d) H(x) / |H(x)| )                                d the length of x
 *   r_1 = z,  c_l = argmin_c |r_l - e_(l,c)|,  r_(l+1) = F (r_l - sg(e_(l,c_l)))
 * Q_l = e_(1,c_1) + F^-1 e_(2,c_2) + ... + F^-(l-1) e_(l,c_l)             F: sqrt(levelDecay) for the category part, else 1
 *   L_rec  = mean |x - D(z + sg(Q_L - z))|^2                                straight-through (sg stops gradients)
 *   L_rq   = sum over l of mean |sg(r_l) - e_(l,c_l)|^2 + commitment * mean |r_l - sg(e_(l,c_l))|^2
 *   L_tree = sum over l of levelDecay^(l-1) * graded contrastive loss of the category part of Q_l + z - sg(z)
 *   L      = L_rec + L_rq + lambda L_tree
 * </pre>
 *
 * {@code mean} is over items and places, so L_rec is the share of the vectors' variance that the
 * codes lose. The tree term (see {@link dev.twotower.trainer.contrastive}) runs on separate batches
 * and compares unit vectors. {@code ReferenceQuantizer}, among the tests, is this definition in
 * plain doubles.
 *
 * <p>Why a category head. As published, the tree term compares {@code D(Q_l + z - sg(z))} ({@code
 * contrast: output}); there is then no H. Its gradient is large beside that of L_rec and is obeyed
 * most easily by a decoder that bends: the reconstruction suffers and the choice of codes hardly
 * moves. With the head, categories can only show in which codes are chosen. Both {@code |E(x)|^2 /
 * d} and {@code |H(x)|^2} are about 1, so a code is chosen for the lost share of the variance plus
 * lambda * levelDecay^(l-1) times the squared distance of categories: lambda is the exchange rate,
 * coarse levels count most, and 0 leaves the plain RQ-VAE.
 *
 * <p>E and D are a linear map plus a perceptron that starts at 0; the linear maps start as the
 * projection on the vectors' main directions and its inverse. In the first {@code warmup} epochs
 * there are no codes: L_rec is that of D(z), and L_tree compares H alone. Codes then start at
 * k-means centres of a large sample; codes hardly used in an epoch are moved to residuals of random
 * items. Items that still share a code are told apart by an extra token.
 */
package dev.twotower.trainer.ids.quantize;
