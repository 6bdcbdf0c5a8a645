package dev.twotower.eval.ranking;

import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.data.random.Streams;
import java.util.function.IntUnaryOperator;
import org.apache.commons.rng.UniformRandomProvider;

/** Scores that know nothing of the user: what every model must beat (design 5). */
final class Baselines {
  /** Distinct starts into the pool of random numbers. */
  private static final int WINDOWS = 1 << 16;

  private Baselines() {}

  /** Scores an item by its training rows. */
  static KnownOrder popularity(TrainCounts counts) {
    float[] rows = new float[counts.items()];
    for (int item = 0; item < rows.length; item++) {
      rows[item] = counts.rows(item);
    }
    return new KnownOrder(rows, rows.length, user -> 0);
  }

  /**
   * Scores every item with a random number. Users read windows of one pool of numbers, so each
   * user's scores are independent of each other; users may share a window.
   *
   * @param numbers the number in the log of a user at hand, which its window depends on
   */
  static KnownOrder random(int items, long seed, IntUnaryOperator numbers) {
    UniformRandomProvider random = Streams.stream(seed, "eval.random");
    float[] pool = new float[items + WINDOWS];
    for (int i = 0; i < pool.length; i++) {
      pool[i] = random.nextFloat();
    }
    return new KnownOrder(
        pool,
        items,
        user ->
            (int)
                (Streams.key(seed, "eval.random.user", numbers.applyAsInt(user)) & (WINDOWS - 1)));
  }
}
