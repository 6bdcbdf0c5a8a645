package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.util.Objects;

/**
 * What a ranking is evaluated against.
 *
 * @param users number of users; indices 0..users-1
 * @param items size of the catalogue; indices 0..items-1
 * @param train rows a model learned from
 * @param validation rows used to choose settings, possibly none
 * @param test rows held out, possibly none
 */
public record RankingData(
    int users, int items, Interactions train, Interactions validation, Interactions test) {
  public RankingData {
    Objects.requireNonNull(train, "train");
    Objects.requireNonNull(validation, "validation");
    Objects.requireNonNull(test, "test");
    if (users < 1 || items < 1) {
      throw new IllegalArgumentException(
          "received " + users + " users and " + items + " items; allowed: at least one of each");
    }
  }

  Interactions rows(Split split) {
    return switch (split) {
      case TRAIN -> train;
      case VALIDATION -> validation;
      case TEST -> test;
    };
  }
}
