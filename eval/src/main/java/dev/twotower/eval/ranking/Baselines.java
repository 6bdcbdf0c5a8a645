package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.data.random.Streams;
import java.nio.FloatBuffer;
import org.apache.commons.rng.UniformRandomProvider;

/** Scorers that know nothing of the user: what every model must beat (design 5). */
final class Baselines {
  /** Distinct starts into the pool of random numbers. */
  private static final int WINDOWS = 1 << 16;

  private Baselines() {}

  /** Scores an item by its training rows. */
  static Scorer popularity(TrainCounts counts) {
    int items = counts.items();
    float[] row = new float[items];
    for (int item = 0; item < items; item++) {
      row[item] = counts.rows(item);
    }
    return new Rows(items) {
      @Override
      void fill(int user, float[] into, int at) {
        System.arraycopy(row, 0, into, at, items);
      }
    };
  }

  /**
   * Scores every item with a random number. Users read windows of one pool of numbers, so each
   * user's scores are independent of each other at the cost of a copy; users may share a window.
   */
  static Scorer random(int items, long seed) {
    UniformRandomProvider random = Streams.stream(seed, "eval.random");
    float[] pool = new float[items + WINDOWS];
    for (int i = 0; i < pool.length; i++) {
      pool[i] = random.nextFloat();
    }
    return new Rows(items) {
      @Override
      void fill(int user, float[] into, int at) {
        int window = (int) (Streams.key(seed, "eval.random.user", user) & (WINDOWS - 1));
        System.arraycopy(pool, window, into, at, items);
      }
    };
  }

  /** Fills a reused buffer row by row. */
  private abstract static class Rows implements Scorer {
    private final int items;
    private float[] buffer = new float[0];

    Rows(int items) {
      this.items = items;
    }

    abstract void fill(int user, float[] into, int at);

    @Override
    public int items() {
      return items;
    }

    @Override
    public FloatBuffer scores(int[] users, int from, int count) {
      int needed = Math.multiplyExact(count, items);
      if (buffer.length < needed) {
        buffer = new float[needed];
      }
      for (int i = 0; i < count; i++) {
        fill(users[from + i], buffer, i * items);
      }
      return FloatBuffer.wrap(buffer);
    }
  }
}
