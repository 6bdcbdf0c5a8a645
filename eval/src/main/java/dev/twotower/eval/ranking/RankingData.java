package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import java.util.Objects;
import java.util.Optional;

/**
 * What a ranking is evaluated against.
 *
 * @param users number of users; indices 0..users-1
 * @param counts rows a model learned from, counted over the catalogue
 * @param validation rows used to choose settings, possibly none
 * @param test rows held out, possibly none
 * @param kinds of a log with kinds of feedback, whose other rows are those of positives
 */
public record RankingData(
    int users,
    TrainCounts counts,
    Interactions validation,
    Interactions test,
    Optional<RankedKinds> kinds) {
  public RankingData {
    Objects.requireNonNull(validation, "validation");
    Objects.requireNonNull(test, "test");
    if (users < 1 || counts.items() < 1) {
      throw new IllegalArgumentException(
          "received "
              + users
              + " users and "
              + counts.items()
              + " items; allowed: at least one of each");
    }
  }

  /** A log whose rows count alike. */
  public RankingData(int users, TrainCounts counts, Interactions validation, Interactions test) {
    this(users, counts, validation, test, Optional.empty());
  }

  /**
   * Counts the training rows itself; see {@link dev.twotower.data.dataset.Dataset#trainCounts}.
   *
   * @param items size of the catalogue; indices 0..items-1
   * @param train rows a model learned from
   */
  public RankingData(
      int users, int items, Interactions train, Interactions validation, Interactions test) {
    this(users, new TrainCounts(train, items), validation, test);
  }

  /** Size of the catalogue; indices 0..items-1. */
  public int items() {
    return counts.items();
  }

  /** Rows a model learned from. */
  public Interactions train() {
    return counts.train();
  }

  Interactions rows(Split split) {
    return switch (split) {
      case TRAIN -> train();
      case VALIDATION -> validation;
      case TEST -> test;
    };
  }
}
