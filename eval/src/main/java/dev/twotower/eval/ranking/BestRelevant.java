package dev.twotower.eval.ranking;

import dev.twotower.eval.topk.TiledScorer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The place of each user's best relevant item in its full ranking, for one block of users at a
 * time. The item's score is asked for ahead of the tiles, so that one look at each tile counts what
 * ranks before it. The tiles then show whether that score was right to the last bit; should it not
 * have been, the user is counted once more against the score that the tile gave.
 */
final class BestRelevant {
  private final EvaluatedUsers evaluated;
  private final BitSet wrong = new BitSet();
  private int[] starts = new int[0];
  private int[] relevant = new int[0];
  private float[] scores = new float[0];
  private int[] next = new int[0];
  private int[] best = new int[0];
  private int[] before = new int[0];

  BestRelevant(EvaluatedUsers evaluated) {
    this.evaluated = evaluated;
  }

  /** Begins with the users at positions {@code from} to {@code to - 1}. */
  void begin(TiledScorer.Block block, int from, int to) {
    int offset = evaluated.start(from);
    starts = new int[to - from + 1];
    for (int user = 0; user < starts.length; user++) {
      starts[user] = evaluated.start(from + user) - offset;
    }
    relevant = Arrays.copyOfRange(evaluated.items(), offset, evaluated.start(to));
    scores = new float[relevant.length];
    block.ahead(starts, relevant, scores);
    next = Arrays.copyOf(starts, to - from);
    best = new int[to - from];
    before = new int[to - from];
    for (int user = 0; user < best.length; user++) {
      choose(user);
    }
    wrong.clear();
  }

  private void choose(int user) {
    int chosen = starts[user];
    for (int i = chosen + 1; i < starts[user + 1]; i++) {
      if (scores[i] > scores[chosen]) {
        chosen = i;
      }
    }
    best[user] = chosen;
  }

  /** Counts what ranks before the user's best relevant item in its part of a tile. */
  void count(int user, float[] row, int first, int count) {
    for (; next[user] < starts[user + 1] && relevant[next[user]] < first + count; next[user]++) {
      float score = row[relevant[next[user]] - first];
      if (score != scores[next[user]]) {
        wrong.set(user);
        scores[next[user]] = score;
      }
    }
    float score = scores[best[user]];
    // Equal scores rank by item.
    int split = Math.max(0, Math.min(count, relevant[best[user]] - first));
    before[user] += atLeast(row, split, score) + above(row, split, count, score);
  }

  private static int atLeast(float[] row, int to, float score) {
    int below = 0;
    if (Float.isInfinite(score)) {
      for (int i = 0; i < to; i++) {
        below += row[i] < score ? 1 : 0;
      }
    } else {
      // The sign of a difference: as quick however the scores lie, where a branch is not.
      for (int i = 0; i < to; i++) {
        below += Float.floatToRawIntBits(row[i] - score) >>> 31;
      }
    }
    return to - below;
  }

  private static int above(float[] row, int from, int to, float score) {
    int above = 0;
    if (Float.isInfinite(score)) {
      for (int i = from; i < to; i++) {
        above += row[i] > score ? 1 : 0;
      }
    } else {
      for (int i = from; i < to; i++) {
        above += Float.floatToRawIntBits(score - row[i]) >>> 31;
      }
    }
    return above;
  }

  /** Whether users have to be counted once more, which begins with this call. */
  boolean again() {
    if (wrong.isEmpty()) {
      return false;
    }
    for (int user = 0; user < best.length; user++) {
      next[user] = starts[user];
      if (wrong.get(user)) {
        choose(user);
        before[user] = 0;
      }
    }
    return true;
  }

  /** The second look at a tile. */
  void countAgain(int user, float[] row, int first, int count) {
    if (wrong.get(user)) {
      count(user, row, first, count);
    }
  }

  /** 1 divided by the place from 1; 0 where the item does not rank. */
  double reciprocal(int user) {
    return scores[best[user]] == Float.NEGATIVE_INFINITY ? 0 : 1.0 / (before[user] + 1);
  }
}
