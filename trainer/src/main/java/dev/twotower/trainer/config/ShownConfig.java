package dev.twotower.trainer.config;

/**
 * Negatives from what a request showed (design 15).
 *
 * @param perRequest items of a request in a batch, at most; 0 for none
 */
public record ShownConfig(int perRequest) {
  private static final int MOST = 1000;

  public ShownConfig {
    Checks.of(ShownConfig.class).between("perRequest", perRequest, 0, MOST).done();
  }
}
