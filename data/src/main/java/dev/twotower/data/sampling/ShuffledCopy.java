package dev.twotower.data.sampling;

import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.random.Permutation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The rows of an epoch in its random order, on disk, of which one bucket is in memory ({@link
 * DiskShuffle}). As {@link Interactions}, its rows are places in that order, and only those of the
 * bucket shown can be asked for; what is said of users and requests is that of the log.
 */
final class ShuffledCopy implements Interactions {
  /** Bytes that are written at a time, for each bucket. */
  static final int WRITE_BLOCK = 1 << 16;

  /** Bytes that are read at a time. */
  static final int READ_BLOCK = 1 << 20;

  private final Interactions log;
  private final CopiedRow row;
  private final Buckets buckets;
  private final ShuffleFile file;

  /** A word that says where in its bucket a row belongs, and its columns. */
  private final int recordBytes;

  private int[] block = new int[0];
  private long blockStart;
  private int shown = -1;
  private long writtenEpoch = -1;
  private int writtenFrom;

  ShuffledCopy(Interactions log, CopiedRow row, Buckets buckets, ShuffleFile file) {
    this.log = log;
    this.row = row;
    this.buckets = buckets;
    this.file = file;
    this.recordBytes = recordBytes(row);
  }

  static int recordBytes(CopiedRow row) {
    return (1 + row.words()) * Integer.BYTES;
  }

  /** Brings the rows of a batch into memory; copies the epoch first where that is not done. */
  void show(long epoch, Permutation order, long batch) {
    int bucket = buckets.ofBatch(batch);
    if (epoch != writtenEpoch || bucket < writtenFrom) {
      writtenEpoch = -1;
      shown = -1;
      copy(order, bucket);
      writtenEpoch = epoch;
      writtenFrom = bucket;
    }
    if (shown != bucket) {
      load(bucket);
    }
  }

  /** One pass over the log, in the order of storage, for the buckets from {@code first} on. */
  private void copy(Permutation order, int first) {
    ByteBuffer[] blocks = new ByteBuffer[buckets.count()];
    long[] next = new long[buckets.count()];
    for (int bucket = first; bucket < blocks.length; bucket++) {
      blocks[bucket] = buffer(bucket, WRITE_BLOCK);
      next[bucket] = buckets.start(bucket) * recordBytes;
    }
    for (long number = 0; number < log.rows(); number++) {
      long position = order.positionOf(number);
      int bucket = buckets.ofPosition(position);
      if (bucket < first) {
        continue;
      }
      ByteBuffer into = blocks[bucket].putInt((int) (position - buckets.start(bucket)));
      row.write(number, into);
      if (!into.hasRemaining()) {
        next[bucket] = flush(into, next[bucket]);
      }
    }
    for (int bucket = first; bucket < blocks.length; bucket++) {
      long end = flush(blocks[bucket], next[bucket]);
      assert end == buckets.start(bucket + 1) * recordBytes
          : "bucket " + bucket + " ends at " + end;
    }
  }

  private long flush(ByteBuffer into, long at) {
    into.flip();
    long end = at + into.remaining();
    if (into.hasRemaining()) {
      file.write(into, at);
    }
    into.clear();
    return end;
  }

  private void load(int bucket) {
    int rows = buckets.rows(bucket);
    int words = row.words();
    shown = -1;
    if (block.length < rows * words) {
      block = new int[rows * words];
    }
    ByteBuffer read = buffer(bucket, READ_BLOCK);
    long at = buckets.start(bucket) * recordBytes;
    for (int done = 0; done < rows; ) {
      int count = Math.min(rows - done, read.capacity() / recordBytes);
      read.clear().limit(count * recordBytes);
      file.read(read, at + (long) done * recordBytes);
      read.flip();
      for (int i = 0; i < count; i++) {
        int to = read.getInt() * words;
        for (int word = 0; word < words; word++) {
          block[to + word] = read.getInt();
        }
      }
      done += count;
    }
    blockStart = buckets.start(bucket);
    shown = bucket;
  }

  /** Room for whole records: as many as a block takes, or for all of a smaller bucket. */
  private ByteBuffer buffer(int bucket, int blockBytes) {
    int records = Math.min(blockBytes / recordBytes, buckets.rows(bucket));
    return ByteBuffer.allocate(records * recordBytes).order(ByteOrder.nativeOrder());
  }

  private int at(long place) {
    assert shown >= 0 && place >= blockStart && place < buckets.start(shown + 1)
        : "place " + place + " is not of bucket " + shown;
    return (int) (place - blockStart) * row.words();
  }

  @Override
  public long rows() {
    return log.rows();
  }

  @Override
  public int user(long place) {
    return CopiedRow.user(block, at(place));
  }

  @Override
  public int item(long place) {
    return CopiedRow.item(block, at(place));
  }

  @Override
  public int request(long place) {
    return CopiedRow.request(block, at(place));
  }

  @Override
  public long time(long place) {
    return row.time(block, at(place));
  }

  @Override
  public boolean timed() {
    return log.timed();
  }

  @Override
  public float weight(long place) {
    return row.weight(block, at(place));
  }

  @Override
  public long userStart(int user) {
    return log.userStart(user);
  }

  @Override
  public long userEnd(int user) {
    return log.userEnd(user);
  }

  @Override
  public long requestStart(int request) {
    return log.requestStart(request);
  }

  @Override
  public long requestEnd(int request) {
    return log.requestEnd(request);
  }

  @Override
  public List<String> contextColumns() {
    return log.contextColumns();
  }

  @Override
  public ContextColumn context(String name) {
    boolean numeric = log.context(name).numeric();
    int word = row.context(name);
    return new ContextColumn() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public boolean numeric() {
        return numeric;
      }

      @Override
      public double value(long place) {
        return CopiedRow.number(block, at(place) + word);
      }
    };
  }
}
