package dev.twotower.trainer.tune;

/**
 * How much a search may spend; whichever bound is met first ends the drawing.
 *
 * @param trials most trials, the first included; {@link #ANY} for no bound
 * @param seconds of training and evaluation, all trials together; infinite for no bound
 */
public record Budget(int trials, double seconds) {
  /** More trials than this are not drawn, however much time there is. */
  public static final int ANY = 1000;

  public Budget {
    if (trials < 1 || trials > ANY) {
      throw new IllegalArgumentException(
          "--trials: received %d; allowed: 1 to %d".formatted(trials, ANY));
    }
    if (!(seconds > 0)) {
      throw new IllegalArgumentException(
          "--minutes: received %s; allowed: a number above 0".formatted(seconds / 60));
    }
  }

  boolean timed() {
    return Double.isFinite(seconds);
  }
}
