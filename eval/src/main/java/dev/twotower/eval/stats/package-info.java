/**
 * From metrics of each user under each seed to a verdict on two arms (design 5).
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
 * means / n and VE = residual mean square / (n S), the sum VA + VB - VE estimates the variance
 * without bias; it is kept at or above max(VA, VB), which it cannot be below in expectation.
 * Degrees of freedom after Satterthwaite ("An approximate distribution of estimates of variance
 * components", Biometrics Bulletin 2, 1946), held between S - 1 and n - 1, and Student's t give
 * interval and tests. This is the analysis of the pigeonhole bootstrap (Owen, "The pigeonhole
 * bootstrap", Annals of Applied Statistics 1, 2007) with its two known faults mended: resampling
 * few seeds underestimates their variance by (S-1)/S, and the residual is counted three times.
 * {@link dev.twotower.eval.stats.CrossedMean} holds it; its test measures the coverage: 92 to 99 %
 * for a stated 95 %, from 3 seeds on. With one seed the interval covers users alone, and says so.
 *
 * <p><b>Bootstrap over users</b> ({@link dev.twotower.eval.stats.UserBootstrap}; Efron and
 * Tibshirani, "An Introduction to the Bootstrap", 1993, percentile intervals): users are resampled
 * with replacement, all metrics and seeds of a user staying together. It serves a single run's
 * metrics, and stands beside each pair as the interval with the seeds taken as given.
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
 * within those of equivalence and within the one-sided ones; printed intervals are not widened. An
 * undecided pair carries a {@link dev.twotower.eval.stats.PowerNote}: how many seeds would decide
 * it.
 */
package dev.twotower.eval.stats;
