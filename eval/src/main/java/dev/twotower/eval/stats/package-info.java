/**
 * From metrics of each user under each seed to the difference of two arms, with its interval
 * (design 5); the verdict on it is in {@code eval.comparison}.
 *
 * <p><b>What varies.</b> An arm trained with S seeds and evaluated on n users gives a table of S x
 * n numbers. Two arms trained with the same seeds and evaluated on the same users are paired cell
 * by cell: d(s,u) = a(s,u) - b(s,u). Both the seeds and the users are samples, so the model is two
 * crossed random effects, d(s,u) = mu + A(s) + B(u) + E(s,u), and
 *
 * <pre>
 *   Var(mean d) = varA / S + varB / n + varE / (n S)
 * </pre>
 *
 * An interval over users alone (seeds taken as given) is too narrow for a claim about the recipe;
 * one over seeds alone is too narrow for a claim about other users.
 *
 * <p><b>The interval.</b> With VA = variance of the seeds' means / S, VB = variance of the users'
 * means / n and VE = residual mean square / (n S), the sum VA + (VB - VE) estimates the variance
 * without bias, its second part held at 0 or above. VA rests on S - 1 degrees of freedom, often one
 * or two, and the rest on hundreds. Satterthwaite's single number of freedoms ("An approximate
 * distribution of estimates of variance components", Biometrics Bulletin 2, 1946) fails there: it
 * is overestimated exactly when VA is underestimated, and tests at 5 %/4 then reject two to four
 * times too often. Cochran's weighted quantile ("Approximate significance levels of the
 * Behrens-Fisher test", Biometrics 20, 1964), (VA t[S-1] + (VB - VE) t[n-1]) / (VA + VB - VE), errs
 * on the other side: with two seeds and a variance that users dominate, 5 % tests reject 2 %. Here
 * the two quantiles are weighted likewise, but by a power of the parts' odds:
 *
 * <pre>
 *   t* = t[n-1] + w (t[S-1] - t[n-1]),   w = 1 / (1 + (c (VB - VE) / VA)^k)
 *   c = 9 / (3 + (t[S-1] / t[n-1])^2),   k = 1 + 6 / (S - 1)^2
 * </pre>
 *
 * Both ends are exact: Student's with S - 1 where seeds alone vary, with n - 1 where they do not. c
 * and k were fitted to the integral that gives the rejection rate for each true share of VA, over
 * levels of 5 to 0.5 %. p values are the tails whose quantiles these are. The level is held from
 * two seeds on ({@link dev.twotower.eval.stats.CrossedError}): 8,000 reports of five equal arms on
 * 300 users gave, by {@code CrossedLevelTest},
 *
 * <pre>
 *   seeds   shares of the variance      5 % tests   tests at      some arm falsely
 *           seeds, users, both          reject      5 %/4 reject  told from the first
 *   2       .8  .1  .1                  5.4 %       1.3 %         5.0 %
 *   2       .1  .8  .1                  3.6 %       0.4 %         1.6 %
 *   2       .3  .3  .4                  4.9 %       0.9 %         3.5 %
 *   3       .8  .1  .1                  5.2 %       1.5 %         5.8 %
 *   3       .1  .8  .1                  4.8 %       1.0 %         3.6 %
 *   3       .3  .3  .4                  5.3 %       1.3 %         5.1 %
 *   5       .8  .1  .1                  4.9 %       1.3 %         4.8 %
 *   5       .1  .8  .1                  4.7 %       1.1 %         3.8 %
 *   5       .3  .3  .4                  4.9 %       1.2 %         4.3 %
 * </pre>
 *
 * <p>That level is one over all reports. Where VA happens to be far below VE, its mean where seeds
 * do not differ, the interval is narrower than one over users alone, and such reports make much of
 * the false verdicts of few seeds. Holding VA at VE or above, or the interval at that over users,
 * would end that, and with two seeds reject 0.6 to 4 % instead of 5 %, by the shares above; so the
 * level stays, and the pair says it ({@code AgreeingSeeds}).
 *
 * <p>Metrics that count hits tie: with two seeds and a few hundred users, both may show the same
 * difference to the last digit. Then VA = 0, and an interval of no width would call any difference
 * sure. VA is VE on average where seeds do not differ, and takes that value where their means are
 * tied ({@code TiedSeedsTest}), in the linear forms of the tests of equivalence as well, which a
 * tie leaves apart by no more than the margin's share of b.
 *
 * <p>With fewer users than seeds the two change places. With one seed the interval covers users
 * alone and decides nothing about arms.
 *
 * <p><b>Relative differences</b> are d / b with b's mean as measured, and so are the ends of their
 * intervals, of which none is below -1: metrics are shares of hits, so a is never below 0 and (a -
 * b) / b never below -1, whatever the two means are. The interval of a - b knows nothing of that
 * bound, and with a small b and few users it passes it ({@link
 * dev.twotower.eval.stats.Interval#relativeTo}). What is cut off is impossible, so the interval
 * covers the true ratio as often as before, and whether it holds 0 does not change. The difference
 * itself is not cut at -b, since the true b may be larger than the one measured.
 *
 * <p><b>Bootstrap over users</b> ({@link dev.twotower.eval.stats.UserBootstrap}; Efron and
 * Tibshirani, "An Introduction to the Bootstrap", 1993, percentile intervals): users are resampled
 * with replacement, all metrics and seeds of a user staying together. It serves a single run's
 * metrics, and is shown beside each pair as the interval with the seeds taken as given.
 *
 * <p><b>Equivalence</b> is shown, never inferred from a missing difference: two one-sided tests
 * (Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987) against a margin of m = 1
 * % of b's mean by default. The margin is relative to a mean that is itself estimated, so the tests
 * run on the linear forms a - (1-m) b > 0 and a - (1+m) b < 0 (Sasabuchi 1988), each with its own
 * crossed variance.
 *
 * <p><b>Verdicts</b> read "a is ... than b": {@code equivalent} when both one-sided tests hold (a
 * difference that is sure but inside the margin is equivalent), else {@code better} or {@code
 * worse} when the two-sided test rejects equality, else {@code undecided}. Of an undecided pair the
 * lower of the two one-sided tests alone may hold: a may be better or not, but loses less than the
 * margin ({@code not worse}, a test of non-inferiority). Many pairs are corrected with Holm's
 * step-down method (Scandinavian Journal of Statistics 6, 1979), within the tests of difference,
 * within those of equivalence and within the one-sided ones. Next to the plain interval of each
 * pair is the one at the level it was judged by, which agrees with the verdict ({@link
 * dev.twotower.eval.comparison.JudgedPair#corrected}). A single seed gives no verdict about arms.
 * An undecided pair carries a {@link dev.twotower.eval.comparison.PowerNote}: how many seeds or
 * users would tell more. All that is said of a pair in words goes by its one {@link
 * dev.twotower.eval.comparison.Standing}.
 */
package dev.twotower.eval.stats;
