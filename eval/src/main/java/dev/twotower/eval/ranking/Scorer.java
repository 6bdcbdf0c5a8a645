package dev.twotower.eval.ranking;

import dev.twotower.eval.topk.TiledScorer;
import java.nio.FloatBuffer;
import java.util.Optional;

/** Scores every item of the catalogue for users: a trained model, or one of your own. */
public interface Scorer {
  /** Number of items scored, the catalogue's size. */
  int items();

  /**
   * Scores a run of users.
   *
   * @param users dense user indices
   * @param from first position in {@code users}
   * @param count number of users
   * @return scores in absolute positions 0 to count*items-1, row-major: count rows of {@link
   *     #items()}; higher is better, negative infinity never ranks, NaN is refused. Valid until the
   *     next call. Called from one thread at a time.
   */
  FloatBuffer scores(int[] users, int from, int count);

  /**
   * Scores by tiles of users in requests of the split that is ranked: what stands for users there
   * are numbers of requests. Empty where a user's scores are the same in all of them.
   */
  default Optional<TiledScorer> ofRequests() {
    return Optional.empty();
  }

  /** The same scores by tiles, for several threads; by default made from whole rows. */
  default TiledScorer tiled() {
    return new RowTiles(this);
  }
}
