package dev.twotower.data.random;

import java.nio.charset.StandardCharsets;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Named, seeded random streams. Two streams with different names or indices are independent, so
 * adding a draw to one part of a run never changes another part, and a resumed run reopens the
 * stream it needs from (seed, name, indices) alone.
 */
public final class Streams {
  private Streams() {}

  /**
   * Opens the stream of the given name.
   *
   * @param seed the run's seed
   * @param name what the draws are for, for example {@code "sampler.iid"}
   * @param indices optional coordinates such as epoch or step
   * @return a fresh generator; equal arguments give equal draws on every platform
   */
  public static UniformRandomProvider stream(long seed, String name, long... indices) {
    return RandomSource.XO_SHI_RO_256_PP.create(key(seed, name, indices));
  }

  /** The 64-bit key of a stream, for algorithms that need a number rather than a generator. */
  public static long key(long seed, String name, long... indices) {
    long hash = mix(seed);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = mix(hash ^ (b & 0xff));
    }
    for (long index : indices) {
      hash = mix(hash ^ index);
    }
    return hash;
  }

  /** The SplitMix64 finaliser (Steele, Lea, Flood 2014), a bijection on 64 bits. */
  static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
