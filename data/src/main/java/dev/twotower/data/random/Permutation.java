package dev.twotower.data.random;

import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * A seeded pseudo-random permutation of 0..n-1 in bounded memory (256 kB): position i is computed
 * rather than stored, so rows of any number can be visited in random order, out of core, and from
 * any position.
 *
 * <p>A Feistel network over the grid rows x columns, the smallest nearly square grid that holds n
 * cells: each round adds a keyed hash of one coordinate to the other. Images that fall on a cell
 * past n walk on along their cycle (Black and Rogaway 2002, "Ciphers with arbitrary finite
 * domains"); fewer than one in {@code rows} do, so a lookup costs one pass almost always.
 *
 * <p>On a few elements a network cannot reach all orders equally often, so up to 65,536 elements
 * are shuffled into a table instead (Fisher and Yates), which is exact.
 */
public final class Permutation {
  private static final int ROUNDS = 8;

  private static final int LARGEST_TABLE = 1 << 16;

  /** Keeps both grid sides within 31 bits. */
  private static final long LARGEST = 1L << 60;

  private final long size;
  private final long gridRows;
  private final long gridColumns;
  private final long[] keys = new long[ROUNDS];
  private final int[] table;
  private int[] places;

  /**
   * A permutation of 0..size-1.
   *
   * @param size number of elements, 0..2^60
   * @param seed the run's seed
   * @param name what the order is for
   * @param indices coordinates such as the epoch, as in {@link Streams#stream}
   */
  public Permutation(long size, long seed, String name, long... indices) {
    if (size < 0 || size > LARGEST) {
      throw new IllegalArgumentException("size is " + size + "; allowed: 0.." + LARGEST);
    }
    this.size = size;
    this.gridColumns = Math.max(1, (long) Math.ceil(Math.sqrt((double) size)));
    this.gridRows = Math.max(1, (size + gridColumns - 1) / gridColumns);
    var random = Streams.stream(seed, name, indices);
    for (int round = 0; round < ROUNDS; round++) {
      keys[round] = random.nextLong();
    }
    this.table = size <= LARGEST_TABLE ? PermutationSampler.natural((int) size) : null;
    if (table != null) {
      PermutationSampler.shuffle(random, table);
    }
  }

  /** The element at {@code position} of the random order; both in 0..size-1. */
  public long at(long position) {
    if (position < 0 || position >= size) {
      throw new IndexOutOfBoundsException("position " + position + " of " + size);
    }
    if (table != null) {
      return table[(int) position];
    }
    long image = position;
    do {
      image = encipher(image);
    } while (image >= size);
    return image;
  }

  /**
   * The position at which the random order has {@code element}: the inverse of {@link #at}, as fast
   * as it. Not for several threads at once.
   */
  public long positionOf(long element) {
    if (element < 0 || element >= size) {
      throw new IndexOutOfBoundsException("element " + element + " of " + size);
    }
    if (table != null) {
      return places()[(int) element];
    }
    long image = element;
    do {
      image = decipher(image);
    } while (image >= size);
    return image;
  }

  private int[] places() {
    if (places == null) {
      places = new int[table.length];
      for (int position = 0; position < table.length; position++) {
        places[table[position]] = position;
      }
    }
    return places;
  }

  private long encipher(long cell) {
    long row = cell / gridColumns;
    long column = cell - row * gridColumns;
    for (int round = 0; round < ROUNDS; round += 2) {
      row += below(gridRows, column, keys[round]);
      row = row >= gridRows ? row - gridRows : row;
      column += below(gridColumns, row, keys[round + 1]);
      column = column >= gridColumns ? column - gridColumns : column;
    }
    return row * gridColumns + column;
  }

  /** Undoes {@link #encipher}: its rounds from the last to the first, each taken away. */
  private long decipher(long cell) {
    long row = cell / gridColumns;
    long column = cell - row * gridColumns;
    for (int round = ROUNDS - 2; round >= 0; round -= 2) {
      column -= below(gridColumns, row, keys[round + 1]);
      column = column < 0 ? column + gridColumns : column;
      row -= below(gridRows, column, keys[round]);
      row = row < 0 ? row + gridRows : row;
    }
    return row * gridColumns + column;
  }

  /** A keyed hash of {@code value} in 0..bound-1, without a division. */
  private static long below(long bound, long value, long key) {
    long hash = Streams.mix(value ^ key);
    return ((hash >>> 32) * bound) >>> 32;
  }
}
