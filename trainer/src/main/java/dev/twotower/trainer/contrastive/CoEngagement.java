package dev.twotower.trainer.contrastive;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.random.Streams;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Draws pairs of different items from one request of the training split; a request is drawn in
 * proportion to its rows.
 */
final class CoEngagement {
  /** Rows tried before the log is taken to hold no such pair. */
  private static final int PATIENCE = 10_000;

  private final Interactions train;
  private final long seed;

  CoEngagement(Interactions train, long seed) {
    this.train = train;
    this.seed = seed;
  }

  /** Hears of a pair. */
  @FunctionalInterface
  interface Sink {
    void pair(int a, int b);
  }

  /** Draws {@code pairs} pairs; the same (seed, batch) gives the same pairs. */
  void draw(long batch, int pairs, Sink sink) {
    UniformRandomProvider random = Streams.stream(seed, "tree.co-engagement", batch);
    for (int drawn = 0; drawn < pairs; drawn++) {
      draw(random, sink);
    }
  }

  private void draw(UniformRandomProvider random, Sink sink) {
    for (int attempt = 0; attempt < PATIENCE; attempt++) {
      long row = random.nextLong(train.rows());
      int request = train.request(row);
      long start = train.requestStart(request);
      long other = start + random.nextLong(train.requestEnd(request) - start);
      if (train.item(row) != train.item(other)) {
        sink.pair(train.item(row), train.item(other));
        return;
      }
    }
    throw new BadDataException(
        "no request of the training split holds two different items, in "
            + PATIENCE
            + " draws: set tree.coEngagement=0, or import the log with --session-gap");
  }
}
