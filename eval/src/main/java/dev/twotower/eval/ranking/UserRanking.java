package dev.twotower.eval.ranking;

/**
 * The first places of one user's ranking of the catalogue, down to the largest cutoff (design 5).
 * Valid until the metric that it was given to returns.
 */
public interface UserRanking {
  /** The user's dense index. */
  int user();

  /** Places listed: the largest cutoff, or fewer where fewer items are ranked. */
  int size();

  /** The item in a place, from 0. */
  int item(int place);

  /** Whether the item in a place is one that the split holds for the user. */
  boolean relevant(int place);

  /** Items that the split holds for the user, listed or not; at least 1. */
  int relevantItems();
}
