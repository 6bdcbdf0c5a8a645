package dev.twotower.data.parallel;

/**
 * A range cut into chunks of nearly equal size. The cuts do not depend on who works on them.
 *
 * @param size how many things there are, from 0
 * @param count chunks, none of them empty
 */
public record Chunks(int size, int count) {
  public Chunks {
    if (size < 0 || count < 0 || count > size || (count == 0) != (size == 0)) {
      throw new IllegalArgumentException(
          "%d things in %d chunks are not allowed; there must be from 1 chunk to one for each thing"
              .formatted(size, count));
    }
  }

  /** Chunks of at most {@code most} things, from 1. */
  public static Chunks ofAtMost(int most, int size) {
    if (most < 1) {
      throw new IllegalArgumentException(
          "chunks of at most %d things are not allowed; allowed: from 1".formatted(most));
    }
    return new Chunks(size, (int) (((long) size + most - 1) / most));
  }

  /** The first thing of a chunk. */
  public int from(int chunk) {
    return (int) ((long) size * chunk / count);
  }

  /** The thing after the last one of a chunk. */
  public int to(int chunk) {
    return from(chunk + 1);
  }

  /** Things of the largest chunk. */
  public int largest() {
    return count == 0 ? 0 : (size - 1) / count + 1;
  }
}
