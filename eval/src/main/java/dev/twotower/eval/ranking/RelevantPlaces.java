package dev.twotower.eval.ranking;

import dev.twotower.eval.topk.TiledScorer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What ranks before relevant items in each user's full ranking, for one block of users at a time.
 * The relevant items' scores are asked for ahead of the tiles, so that one look at each tile counts
 * what ranks before them. The tiles then show whether those scores were right to the last bit;
 * should one not have been, its user is counted once more against the scores that the tiles gave.
 */
abstract class RelevantPlaces {
  private final EvaluatedUsers evaluated;
  private final BitSet wrong = new BitSet();
  private int[] next = new int[0];

  /** Where each user's relevant items begin, and last where they end. */
  int[] starts = new int[0];

  /** The relevant items, ascending for each user, and their scores. */
  int[] relevant = new int[0];

  float[] scores = new float[0];

  RelevantPlaces(EvaluatedUsers evaluated) {
    this.evaluated = evaluated;
  }

  /** Begins with the users at positions {@code from} to {@code to - 1}. */
  final void begin(TiledScorer.Block block, int from, int to) {
    int offset = evaluated.start(from);
    starts = new int[to - from + 1];
    for (int user = 0; user < starts.length; user++) {
      starts[user] = evaluated.start(from + user) - offset;
    }
    relevant = Arrays.copyOfRange(evaluated.items(), offset, evaluated.start(to));
    scores = new float[relevant.length];
    block.ahead(starts, relevant, scores);
    next = Arrays.copyOf(starts, to - from);
    make(to - from);
    for (int user = 0; user < to - from; user++) {
      prepare(user);
    }
    wrong.clear();
  }

  /** Makes room for so many users, of whom nothing is counted. */
  abstract void make(int users);

  /** Takes in the scores of a user's relevant items, of whom nothing is counted yet. */
  abstract void prepare(int user);

  /** Counts in a user's part of a tile. */
  abstract void add(int user, float[] row, int first, int count);

  /** The first look at a user's part of a tile. */
  final void count(int user, float[] row, int first, int count) {
    for (; next[user] < starts[user + 1] && relevant[next[user]] < first + count; next[user]++) {
      float score = row[relevant[next[user]] - first];
      if (score != scores[next[user]]) {
        wrong.set(user);
        scores[next[user]] = score;
      }
    }
    add(user, row, first, count);
  }

  /** Whether users have to be counted once more, which begins with this call. */
  final boolean again() {
    if (wrong.isEmpty()) {
      return false;
    }
    for (int user = 0; user < next.length; user++) {
      next[user] = starts[user];
      if (wrong.get(user)) {
        prepare(user);
      }
    }
    return true;
  }

  /** The second look at a tile. */
  final void countAgain(int user, float[] row, int first, int count) {
    if (wrong.get(user)) {
      count(user, row, first, count);
    }
  }

  /** 1 divided by the place from 1 of the best relevant item; 0 where it does not rank. */
  abstract double reciprocal(int user);
}
