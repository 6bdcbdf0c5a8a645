package dev.twotower.eval.ranking;

/**
 * A metric that a program adds to the evaluation: its mean over the users, with a bootstrap
 * interval, appears among the others under its name. Called from several threads.
 */
public interface OwnMetric {
  /** The name in results, such as {@code novelty@10}; not that of a {@link Metric}. */
  String name();

  /** The value for one user; NaN where it has none, which leaves the user out of the mean. */
  double of(UserRanking ranking);
}
