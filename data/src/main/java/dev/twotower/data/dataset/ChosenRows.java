package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.util.List;
import java.util.Optional;

/**
 * Some of the rows of a split as though they were all: those of certain kinds of feedback, their
 * weights multiplied by that of their kind. The split is read in place. Held are a bit per row of
 * it, a count per {@value #BLOCK} of them, and a place per {@value #BLOCK} rows that are chosen, so
 * that a row is found by a search among the few blocks between two places (rank and select as in
 * Jacobson 1989).
 */
final class ChosenRows implements Interactions {
  private static final int WORDS = 8;
  private static final int BLOCK = WORDS * Long.SIZE;

  private final Interactions all;
  private final ContextColumn kind;

  /** What the weight of a row is multiplied by, by the code of its kind. */
  private final float[] factor;

  /** Bit r is set where row r is chosen. */
  private final long[] bits;

  /** Chosen rows before each block, and in all. */
  private final long[] before;

  /** The block of every {@value #BLOCK}-th chosen row, and the last block. */
  private final int[] blockOf;

  /**
   * Chooses rows, in one pass over their kinds.
   *
   * @param chosen whether rows of a kind are chosen, by code; code 0, no kind, is refused
   * @param factor what the weight of a row is multiplied by, by the code of its kind
   */
  ChosenRows(Interactions all, boolean[] chosen, float[] factor) {
    this.all = all;
    this.factor = factor;
    this.kind = all.context(Dataset.KINDS);
    int blocks = Math.toIntExact(all.rows() / BLOCK + 1);
    bits = new long[Math.multiplyExact(blocks, WORDS)];
    before = new long[blocks + 1];
    for (long row = 0; row < all.rows(); row++) {
      int code = (int) kind.value(row);
      if (code == 0) {
        throw new BadDataException(
            "a row has no kind of feedback; import the log again with --column event=COLUMN, which"
                + " every row must have");
      }
      if (chosen[code]) {
        bits[(int) (row / Long.SIZE)] |= 1L << row;
      }
    }
    for (int block = 0; block < blocks; block++) {
      long count = before[block];
      for (int word = block * WORDS; word < (block + 1) * WORDS; word++) {
        count += Long.bitCount(bits[word]);
      }
      before[block + 1] = count;
    }
    blockOf = new int[Math.toIntExact((rows() + BLOCK - 1) / BLOCK + 1)];
    int next = 0;
    for (int block = 0; block < blocks; block++) {
      while ((long) next * BLOCK < before[block + 1]) {
        blockOf[next++] = block;
      }
    }
    blockOf[next] = blocks - 1;
  }

  /** Chosen rows before a row of the split. */
  private long rank(long row) {
    int word = (int) (row / Long.SIZE);
    int block = word / WORDS;
    long rank = before[block];
    for (int whole = block * WORDS; whole < word; whole++) {
      rank += Long.bitCount(bits[whole]);
    }
    return rank + Long.bitCount(bits[word] & ((1L << row) - 1));
  }

  /** The row of the split that a chosen row is. */
  private long place(long row) {
    int low = blockOf[(int) (row / BLOCK)];
    int high = blockOf[(int) (row / BLOCK) + 1];
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (before[middle] <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    int left = (int) (row - before[low]);
    int word = low * WORDS;
    while (left >= Long.bitCount(bits[word])) {
      left -= Long.bitCount(bits[word++]);
    }
    long rest = bits[word];
    for (; left > 0; left--) {
      rest &= rest - 1;
    }
    return (long) word * Long.SIZE + Long.numberOfTrailingZeros(rest);
  }

  @Override
  public long rows() {
    return before[before.length - 1];
  }

  @Override
  public int user(long row) {
    return all.user(place(row));
  }

  @Override
  public int item(long row) {
    return all.item(place(row));
  }

  @Override
  public int request(long row) {
    return all.request(place(row));
  }

  @Override
  public long time(long row) {
    return all.time(place(row));
  }

  @Override
  public boolean timed() {
    return all.timed();
  }

  @Override
  public float weight(long row) {
    long place = place(row);
    return all.weight(place) * factor[(int) kind.value(place)];
  }

  @Override
  public long userStart(int user) {
    return rank(all.userStart(user));
  }

  @Override
  public long userEnd(int user) {
    return rank(all.userEnd(user));
  }

  @Override
  public long requestStart(int request) {
    return rank(all.requestStart(request));
  }

  @Override
  public long requestEnd(int request) {
    return rank(all.requestEnd(request));
  }

  @Override
  public List<String> contextColumns() {
    return all.contextColumns();
  }

  @Override
  public ContextColumn context(String name) {
    ContextColumn column = all.context(name);
    return new ContextColumn() {
      @Override
      public String name() {
        return column.name();
      }

      @Override
      public boolean numeric() {
        return column.numeric();
      }

      @Override
      public double value(long row) {
        return column.value(place(row));
      }

      @Override
      public Optional<ListedValues> lists() {
        return column.lists();
      }

      @Override
      public int cardinality() {
        return column.cardinality();
      }

      @Override
      public String text(int code) {
        return column.text(code);
      }
    };
  }
}
