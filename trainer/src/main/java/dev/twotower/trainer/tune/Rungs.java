package dev.twotower.trainer.tune;

import java.util.ArrayList;
import java.util.List;

/**
 * How long trials are trained before the next choice among them: every rung is three times as long
 * as the one before, and a third of the trials goes on to it. The last is the limit.
 *
 * @param epochs of each rung, rising
 */
record Rungs(List<Long> epochs) {
  /** A third of the trials goes on, three times as far: every rung costs about as much. */
  static final int REDUCTION = 3;

  /** With more, the first rung is too short to tell trials apart. */
  private static final int MOST = 4;

  Rungs {
    epochs = List.copyOf(epochs);
  }

  /**
   * Rungs up to a limit.
   *
   * @param limit epochs of the last rung
   * @param every epochs between evaluations: each rung ends with one
   * @param trials most trials that will be drawn; fewer than three need one rung
   */
  static Rungs of(long limit, long every, int trials) {
    List<Long> epochs = new ArrayList<>(List.of(limit));
    long left = trials;
    double length = limit;
    while (epochs.size() < MOST && left >= REDUCTION) {
      left /= REDUCTION;
      length /= REDUCTION;
      long whole = every * Math.max(1, Math.round(length / every));
      if (whole >= epochs.get(0)) {
        break;
      }
      epochs.add(0, whole);
    }
    return new Rungs(epochs);
  }

  int size() {
    return epochs.size();
  }

  long first() {
    return epochs.get(0);
  }

  long last() {
    return epochs.get(epochs.size() - 1);
  }

  /** Trials of a rung, of so many in the first. */
  int trials(int rung, int first) {
    double left = first;
    for (int i = 0; i < rung; i++) {
      left = Math.ceil(left / REDUCTION);
    }
    return (int) left;
  }

  /**
   * What a trial costs with its share of the later rungs, in units of its first rung, if none ends
   * before the limit.
   */
  double costOfTrial() {
    double cost = 1;
    double share = 1;
    for (int rung = 1; rung < size(); rung++) {
      share /= REDUCTION;
      cost += share * (epochs.get(rung) - epochs.get(rung - 1)) / first();
    }
    return cost;
  }
}
