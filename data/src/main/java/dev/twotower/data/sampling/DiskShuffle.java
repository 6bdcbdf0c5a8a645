package dev.twotower.data.sampling;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.message.Amount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * {@code iid} over a log larger than memory: the same batches, without a read at a random place of
 * the log.
 *
 * <p>An epoch's order is a permutation that can be asked both ways, which row is at a position and
 * at which position a row is. So one pass over the log, from its first row to its last, hands every
 * row to the bucket of its position, a stretch of the order; then a bucket at a time is read into
 * memory, its rows go to their positions, and batches follow. It is the external shuffle of Rao
 * (1961) and Sandelius (1962), who draw buckets at random, but the order is not drawn here: it is
 * that of the layout in memory, so a run has the same weights bit for bit either way, and goes on
 * from any batch. Going on amid an epoch copies only the buckets that are left.
 *
 * <p>An epoch takes one sequential pass over the columns, as many bytes of disk as the copy has,
 * written and read once, and memory for a bucket and for one block of every bucket, each about the
 * square root of (bytes of the copy x 64 kB).
 *
 * <p>Used by one thread.
 */
public final class DiskShuffle implements AutoCloseable {
  private final ShuffleFile file;
  private final ShuffledCopy copy;
  private final IidBatches batches;
  private final long seed;
  private final long bytes;

  /**
   * What is copied of the log's rows.
   *
   * @param log the split to read
   * @param weighted whether rows have weights
   * @param columns context columns, and {@code time}, that batches need of a row; those the log
   *     does not have are left out
   */
  public record Columns(Interactions log, boolean weighted, Set<String> columns) {
    public Columns {
      columns = Set.copyOf(columns);
    }

    private CopiedRow row() {
      return new CopiedRow(log, weighted, columns);
    }

    /**
     * Bytes of these columns in the log: what {@code iid} reads at random places without a copy.
     */
    public long bytesInLog() {
      return log.rows() * row().words() * Integer.BYTES;
    }

    /** Bytes on disk that a copy takes. */
    public long bytesOfCopy() {
      return log.rows() * ShuffledCopy.recordBytes(row());
    }
  }

  /**
   * Reads and writes of the copy so far.
   *
   * @param reads calls that read; a bucket takes one for every 1 MB
   * @param bytesRead bytes read
   * @param writes calls that write; all but the last of a bucket are of 64 kB
   * @param bytesWritten bytes written
   */
  public record Counts(long reads, long bytesRead, long writes, long bytesWritten) {}

  private DiskShuffle(Columns columns, int batchSize, long seed, Path folder) throws IOException {
    CopiedRow row = columns.row();
    this.batches = new IidBatches(columns.log().rows(), batchSize);
    this.seed = seed;
    this.bytes = columns.bytesOfCopy();
    Buckets buckets = Buckets.of(batches, ShuffledCopy.recordBytes(row), ShuffledCopy.WRITE_BLOCK);
    this.file = new ShuffleFile(folder);
    this.copy = new ShuffledCopy(columns.log(), row, buckets, file);
  }

  /**
   * Makes the file, empty yet.
   *
   * @param folder where the copy goes; nothing is seen of it, and nothing left
   * @throws IOException when the folder cannot be written to, or has not the room
   */
  public static DiskShuffle create(Columns columns, int batchSize, long seed, Path folder)
      throws IOException {
    Samplers.requireBatches(columns.log().rows(), batchSize);
    long room = Files.getFileStore(folder).getUsableSpace();
    if (room < columns.bytesOfCopy()) {
      throw new IOException(
          "shuffling through the disk takes %s MB, and %s has %s MB left; make room there, name an --out on another disk, or give --set shuffle=memory (--resume takes it, too)"
              .formatted(megabytes(columns.bytesOfCopy()), folder, megabytes(room)));
    }
    return new DiskShuffle(columns, batchSize, seed, folder);
  }

  private static String megabytes(long bytes) {
    return Amount.number(bytes / 1_000_000);
  }

  /**
   * A sampler of the layout {@code iid}: the rows that {@link Samplers#create} draws, with places
   * in {@link #rows} ({@link RowBatch#place}). An epoch is copied when its first batch is drawn.
   */
  public BatchSampler sampler() {
    IidSampler sampler = new IidSampler(batches, seed, Optional.of(copy));
    sampler.startEpoch(0);
    return sampler;
  }

  /**
   * The rows by their places in the epoch's order. Only those of the batch drawn last can be asked
   * for, and of their columns only those that are copied.
   */
  public Interactions rows() {
    return copy;
  }

  /** Bytes on disk that the copy takes. */
  public long bytes() {
    return bytes;
  }

  public Counts counts() {
    return file.counts();
  }

  @Override
  public void close() {
    file.close();
  }
}
