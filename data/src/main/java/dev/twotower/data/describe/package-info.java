/**
 * What a data set looks like before anything is trained on it: counts, tails, tree, and the false
 * negatives to expect from in-batch negatives (design 4).
 *
 * <p><b>Expected rates.</b> Rows are i = (u, y); N rows, n_u of user u, n_j of item j, c(u,j) of
 * user u with item j, E(u) the items of u, S(u) = sum of n_j over j in E(u). Two rows of one batch
 * make two ordered pairs (anchor, candidate). With the {@code identity} mask a pair is valid when
 * the items differ; it is false when, moreover, the candidate's item lies in E of the anchor's
 * user.
 *
 * <p><i>IID.</i> Every ordered pair of rows is equally likely to share a batch, for every batch
 * size, so the expected rates are ratios of counts over all pairs and exact:
 *
 * <pre>
 * valid      = N^2 - sum_j n_j^2
 * same-user  = sum_u ( n_u^2 - sum_j c(u,j)^2 )
 * collisions = sum_u n_u S(u) - sum_j n_j^2 - same-user
 * </pre>
 *
 * <p><i>Sorted.</i> Cuts fall at a uniform offset, so rows at distance d in storage order share a
 * batch of B with probability (B - d)/B for d &lt; B and 0 beyond. A user's rows are adjacent, so
 * the expected ordered pairs within user u are
 *
 * <pre>
 * A(u) = sum over d = 1..min(n_u, B)-1 of 2 (n_u - d)(B - d)/B
 * </pre>
 *
 * less the pairs of a repeated item, which are counted one by one: the same-user part is exact.
 * Pairs of different users make up the rest of the batch, and are taken to collide as often as
 * random rows of other users do (the IID rate of that user). That holds where neighbouring users
 * are no more alike than any two; {@code diagnose} counts it exactly.
 *
 * <p>If the mask {@code user} is added, same-user pairs are removed from both the false and the
 * valid.
 */
package dev.twotower.data.describe;
