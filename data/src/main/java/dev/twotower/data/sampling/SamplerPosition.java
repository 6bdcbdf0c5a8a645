package dev.twotower.data.sampling;

/**
 * A place in a sampler's sequence.
 *
 * @param epoch the epoch, from 0
 * @param batch batches of that epoch already drawn
 */
public record SamplerPosition(long epoch, long batch) {
  public SamplerPosition {
    if (epoch < 0 || batch < 0) {
      throw new IllegalArgumentException(
          "sampler position epoch " + epoch + ", batch " + batch + "; both count from 0");
    }
  }
}
