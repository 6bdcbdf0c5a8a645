/**
 * How many in-batch negatives are false (design 4), and what to do about it.
 *
 * <p><b>Definition.</b> For anchor i with valid negatives N(i), row k in N(i) is a false negative
 * when its item is one that user(i) engaged with in the training split. The rate is false pairs
 * over valid pairs, summed over all anchors of all batches, split into pairs whose row k is the
 * same user's and pairs where another user's row collides with the anchor user's items.
 *
 * <p><b>Counting.</b> Pairs are never enumerated. The deduplicated plan of the masks ({@link
 * dev.twotower.masking.DedupPlan}, the one the loss trains with) says how many candidates each
 * distinct item has left for each query; false pairs are the sum of what is left over the items of
 * the batch that the user engaged with. The same plan with {@code user} added leaves only other
 * users' rows, so its false pairs are the collisions, and the difference is the same user's. Work
 * grows with the distinct items each user shares with the batch, not with the square of the batch.
 *
 * <p><b>Sampling.</b> Instead of a whole epoch a stated number of its batches can be measured: a
 * uniform sample without replacement (reservoir sampling, Vitter 1985), with the interval of the
 * ratio estimator over batches (Cochran, "Sampling Techniques", 1977, section 6.4), Student's t and
 * the finite population correction.
 *
 * <p><b>Recommendation.</b> {@link dev.twotower.eval.falsenegatives.Conclusion} puts a measurement
 * into words, and names the layout of the {@link dev.twotower.eval.falsenegatives.Recipe}. What
 * that is expected to leave follows from how {@code requests:G} shuffles: a request leaves the
 * buffer after a geometric number of draws with mean G, so the places of two requests that were
 * neighbours in storage differ by a Laplace variable of scale G. With b requests per batch they
 * share a batch with probability
 *
 * <pre>
 *   P(G) = 1 - (G/b) (1 - e^(-b/G))        about b / (2G) for G well above b
 * </pre>
 *
 * and the expected share of same-user rows among the candidates of an anchor is
 *
 * <pre>
 *   s(G) = (r* - 1) / B + (n* - r*) / B P(G)
 * </pre>
 *
 * with r* and n* the rows of the request and of the user that an average row belongs to (sums of
 * squares over sums). The first term is the anchor's own request, which no buffer divides: {@code
 * requests:G:P} reads it in pieces of P rows, which then take the part of requests. Users whose
 * requests stretch further than G are overcounted, so the share errs on the large side. A buffer of
 * more requests than the log has, R, shuffles all of them: P(G) is never below b / R.
 */
package dev.twotower.eval.falsenegatives;
