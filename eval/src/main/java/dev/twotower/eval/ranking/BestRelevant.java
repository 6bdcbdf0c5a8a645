package dev.twotower.eval.ranking;

/** The place of each user's best relevant item in its full ranking. */
final class BestRelevant extends RelevantPlaces {
  private int[] best = new int[0];
  private int[] before = new int[0];

  BestRelevant(EvaluatedUsers evaluated) {
    super(evaluated);
  }

  @Override
  void make(int users) {
    best = new int[users];
    before = new int[users];
  }

  @Override
  void prepare(int user) {
    int chosen = starts[user];
    for (int i = chosen + 1; i < starts[user + 1]; i++) {
      if (scores[i] > scores[chosen]) {
        chosen = i;
      }
    }
    best[user] = chosen;
    before[user] = 0;
  }

  @Override
  void add(int user, float[] row, int first, int count) {
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

  @Override
  double reciprocal(int user) {
    return scores[best[user]] == Float.NEGATIVE_INFINITY ? 0 : 1.0 / (before[user] + 1);
  }
}
