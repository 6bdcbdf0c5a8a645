package dev.twotower.data.imports.splits;

import dev.twotower.data.random.Streams;
import java.util.function.IntUnaryOperator;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Draws a validation part out of train rows that come in storage order: of a user's n train rows it
 * takes share * n, rounded up or down at random so that the share holds on average, but never the
 * last one (selection sampling, Knuth, TAOCP 2, 3.4.2, algorithm S). Draws depend on the seed and
 * the user's number alone, so a second pass over the rows draws the same ones.
 */
public final class ValidationDraw {
  private final double share;
  private final IntUnaryOperator trainRows;
  private final long seed;
  private int user = -1;
  private UniformRandomProvider draws;
  private int rowsLeft;
  private int toDraw;

  /**
   * @param share the share of train rows to draw, above 0
   * @param trainRows train rows of each user
   */
  public ValidationDraw(double share, int[] trainRows, long seed) {
    this(share, user -> trainRows[user], seed);
  }

  /**
   * @param share the share of train rows to draw, above 0
   * @param trainRows train rows of a user, by its number
   */
  public ValidationDraw(double share, IntUnaryOperator trainRows, long seed) {
    this.share = share;
    this.trainRows = trainRows;
    this.seed = seed;
  }

  /** Whether the next train row is drawn, which is this user's. */
  public boolean next(int user) {
    if (user != this.user) {
      this.user = user;
      draws = Streams.stream(seed, "import.validation", user);
      rowsLeft = trainRows.applyAsInt(user);
      toDraw = Math.min(rowsLeft - 1, (int) (share * rowsLeft + draws.nextDouble()));
    }
    boolean drawn = toDraw > 0 && draws.nextDouble() * rowsLeft < toDraw;
    rowsLeft--;
    toDraw -= drawn ? 1 : 0;
    return drawn;
  }
}
