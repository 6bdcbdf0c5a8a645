package dev.twotower.trainer.config;

/**
 * Streaming frequency estimation (design 3.4).
 *
 * @param rate weight of the newest gap between two hits, a of Yi et al. 2019
 * @param hashes hash functions
 * @param slots slots of each; 0 for five an item of the catalogue
 * @param start batches between two hits that an item is taken to have before any are seen
 */
public record StreamingConfig(double rate, int hashes, int slots, double start) {
  public StreamingConfig {
    Checks.of(StreamingConfig.class)
        .require(rate > 0 && rate < 1, "rate", rate, "number above 0 and below 1")
        .between("hashes", hashes, 1, 16)
        .between("slots", slots, 0, 1 << 26)
        .between("start", start, 1, 1e9)
        .done();
  }
}
