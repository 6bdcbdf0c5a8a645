package dev.twotower.trainer.config;

/**
 * Negatives from what a request showed (design 15). The vectors of a batch's shown items are laid
 * out as a rectangle, requests x items of the request that has the most x numbers of a vector: with
 * 8,192 requests of 64 items and vectors of 128 numbers 268 MB, and 4.2 GB with 1,000 items, though
 * a single request had so many. So {@value #MOST} is the most; a request that showed more has
 * others drawn in each epoch.
 *
 * @param perRequest items of a request in a batch, at most; 0 for none
 */
public record ShownConfig(int perRequest) {
  private static final int MOST = 64;

  public ShownConfig {
    Checks.of(ShownConfig.class).between("perRequest", perRequest, 0, MOST).done();
  }
}
