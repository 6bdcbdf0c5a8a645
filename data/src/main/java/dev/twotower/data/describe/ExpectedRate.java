package dev.twotower.data.describe;

/**
 * The false-negative rate to expect (design 4), computed rather than measured.
 *
 * @param layout {@code iid} or {@code sorted}
 * @param batchSize rows per batch
 * @param masks {@code identity} or {@code identity+user}
 * @param falseNegativeRate false pairs / valid pairs, the sum of the two parts
 * @param sameUserRate the part of the anchor's own user's rows
 * @param collisionRate the part of other users' rows
 * @param effectiveUsers B^2 / E[sum over u of n_u^2], the users a batch amounts to
 * @param method {@code exact}, or {@code exact same-user, estimated collisions}
 */
public record ExpectedRate(
    String layout,
    int batchSize,
    String masks,
    double falseNegativeRate,
    double sameUserRate,
    double collisionRate,
    double effectiveUsers,
    String method) {}
