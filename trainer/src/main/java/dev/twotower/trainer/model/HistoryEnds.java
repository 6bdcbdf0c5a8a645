package dev.twotower.trainer.model;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;

/**
 * Where a user's history ends: before its first row in the split, or nowhere where the split does
 * not hold the user.
 *
 * <p>The validation rows of a given split need not be the user's last: those that import draws lie
 * anywhere among the training rows. Validation has no order in time there, and a history cut at
 * such a row would be a random early part of what the user did, by which no epoch can be chosen.
 * Where a user has a training row after its first validation row, all training rows are history.
 *
 * @param drawn whether the split is a validation split of that kind
 */
record HistoryEnds(Interactions asOf, Interactions train, boolean drawn) {
  static HistoryEnds of(Dataset data, Split split) {
    return new HistoryEnds(
        data.interactions(split),
        data.interactions(Split.TRAIN),
        split == Split.VALIDATION && data.manifest().split().startsWith("given"));
  }

  /** The moment that a user's history precedes. */
  long of(int user) {
    long start = asOf.userStart(user);
    long end = asOf.userEnd(user);
    long first = Long.MAX_VALUE;
    for (long row = start; row < end; row++) {
      first = Math.min(first, asOf.time(row));
    }
    return drawn && trainsAfter(user, first) ? Long.MAX_VALUE : first;
  }

  private boolean trainsAfter(int user, long moment) {
    for (long row = train.userStart(user); row < train.userEnd(user); row++) {
      if (train.time(row) > moment) {
        return true;
      }
    }
    return false;
  }
}
