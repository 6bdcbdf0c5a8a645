package dev.twotower.data.dataset;

import java.util.List;
import java.util.Optional;

/**
 * The rows of two splits of one data set as though they were one split: in the order of storage, by
 * user, request and time; of equal rows those of the first split come first. Both splits are read
 * in place. It holds only one bit per row, which says which split the row belongs to, and a count
 * per {@value #BLOCK} rows, so that a row is found in constant time (a rank directory as in
 * Jacobson 1989).
 */
final class JoinedInteractions implements Interactions {
  private static final int WORDS = 8;
  private static final int BLOCK = WORDS * Long.SIZE;

  private final Interactions first;
  private final Interactions second;

  /** Bit r is set where row r is one of {@link #second}. */
  private final long[] bits;

  /** Rows of {@link #second} before each block. */
  private final long[] before;

  JoinedInteractions(Interactions first, Interactions second) {
    this.first = first;
    this.second = second;
    int blocks = Math.toIntExact(rows() / BLOCK + 1);
    bits = new long[Math.multiplyExact(blocks, WORDS)];
    before = new long[blocks];
    long taken = 0;
    for (long row = 0; row < rows(); row++) {
      if (row % BLOCK == 0) {
        before[(int) (row / BLOCK)] = taken;
      }
      if (secondIsNext(row - taken, taken)) {
        bits[(int) (row / Long.SIZE)] |= 1L << row;
        taken++;
      }
    }
  }

  private boolean secondIsNext(long atFirst, long atSecond) {
    if (atSecond == second.rows() || atFirst == first.rows()) {
      return atSecond < second.rows();
    }
    // Requests are numbered in the order of storage, and each belongs to one user.
    int order = Integer.compare(second.request(atSecond), first.request(atFirst));
    return order < 0 || order == 0 && second.time(atSecond) < first.time(atFirst);
  }

  private boolean ofSecond(long row) {
    return (bits[(int) (row / Long.SIZE)] >>> row & 1) != 0;
  }

  /** Where the row lies in the split that has it. */
  private long place(long row) {
    int word = (int) (row / Long.SIZE);
    int block = word / WORDS;
    long rank = before[block];
    for (int whole = block * WORDS; whole < word; whole++) {
      rank += Long.bitCount(bits[whole]);
    }
    rank += Long.bitCount(bits[word] & ((1L << row) - 1));
    return ofSecond(row) ? rank : row - rank;
  }

  private Interactions of(long row) {
    return ofSecond(row) ? second : first;
  }

  @Override
  public long rows() {
    return first.rows() + second.rows();
  }

  @Override
  public int user(long row) {
    return of(row).user(place(row));
  }

  @Override
  public int item(long row) {
    return of(row).item(place(row));
  }

  @Override
  public int request(long row) {
    return of(row).request(place(row));
  }

  @Override
  public long time(long row) {
    return of(row).time(place(row));
  }

  @Override
  public boolean timed() {
    return first.timed();
  }

  @Override
  public float weight(long row) {
    return of(row).weight(place(row));
  }

  @Override
  public long userStart(int user) {
    return first.userStart(user) + second.userStart(user);
  }

  @Override
  public long userEnd(int user) {
    return first.userEnd(user) + second.userEnd(user);
  }

  @Override
  public long requestStart(int request) {
    return first.requestStart(request) + second.requestStart(request);
  }

  @Override
  public long requestEnd(int request) {
    return first.requestEnd(request) + second.requestEnd(request);
  }

  @Override
  public List<String> contextColumns() {
    return first.contextColumns();
  }

  @Override
  public ContextColumn context(String name) {
    return new Context(first.context(name), second.context(name));
  }

  /** A column of both splits. */
  private final class Context implements ContextColumn {
    private final ContextColumn atFirst;
    private final ContextColumn atSecond;

    Context(ContextColumn atFirst, ContextColumn atSecond) {
      this.atFirst = atFirst;
      this.atSecond = atSecond;
    }

    @Override
    public String name() {
      return atFirst.name();
    }

    @Override
    public boolean numeric() {
      return atFirst.numeric();
    }

    @Override
    public double value(long row) {
      return (ofSecond(row) ? atSecond : atFirst).value(place(row));
    }

    @Override
    public Optional<ListedValues> lists() {
      return atFirst.lists();
    }

    @Override
    public int cardinality() {
      return atFirst.cardinality();
    }

    @Override
    public String text(int code) {
      return atFirst.text(code);
    }
  }
}
