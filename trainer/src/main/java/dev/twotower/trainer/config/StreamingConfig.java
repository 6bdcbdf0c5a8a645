package dev.twotower.trainer.config;

/**
 * Streaming frequency estimation (design 3.4).
 *
 * @param rate weight of the newest gap between two hits, a of Yi et al. 2019
 * @param hashes hash functions
 * @param slots slots per hash function; 0 for five per item of the catalogue
 * @param start gap in batches assumed for an item before any hit is seen
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
