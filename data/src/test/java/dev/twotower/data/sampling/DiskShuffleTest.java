package dev.twotower.data.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.random.Permutation;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;

/** Layout iid through the disk: the batches of memory, read as {@link DiskShuffle} promises. */
class DiskShuffleTest {
  private static Path folder;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder();
  }

  private static Path folder() throws IOException {
    if (folder == null) {
      folder = Files.createTempDirectory("disk-shuffle-test");
      folder.toFile().deleteOnExit();
    }
    return folder;
  }

  /** A log whose every column tells its row, which says which rows were read, and in what order. */
  private static final class Log implements Interactions {
    private final int rows;
    private final List<Long> read = new ArrayList<>();

    Log(int rows) {
      this.rows = rows;
    }

    @Override
    public long rows() {
      return rows;
    }

    @Override
    public int user(long row) {
      read.add(row);
      return (int) row / 7;
    }

    @Override
    public int item(long row) {
      return (int) (row * 31 % 1009);
    }

    @Override
    public int request(long row) {
      return (int) row / 3;
    }

    @Override
    public long time(long row) {
      return -(row << 33) - 5;
    }

    @Override
    public boolean timed() {
      return true;
    }

    @Override
    public float weight(long row) {
      return row / 3f;
    }

    @Override
    public long userStart(int user) {
      return user * 7L;
    }

    @Override
    public long userEnd(int user) {
      return Math.min(rows, user * 7L + 7);
    }

    @Override
    public long requestStart(int request) {
      return request * 3L;
    }

    @Override
    public long requestEnd(int request) {
      return Math.min(rows, request * 3L + 3);
    }

    @Override
    public List<String> contextColumns() {
      return List.of("unused", "price", "device");
    }

    @Override
    public ContextColumn context(String name) {
      return new ContextColumn() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public boolean numeric() {
          return !name.equals("device");
        }

        @Override
        public double value(long row) {
          return name.equals("unused") ? fail() : name.equals("device") ? row % 5 : row / 7.0;
        }
      };
    }

    private static double fail() {
      throw new AssertionError("a column that no batch needs was read");
    }
  }

  private static DiskShuffle.Columns columns(Log log) {
    return new DiskShuffle.Columns(log, true, Set.of("time", "price", "device", "request", "none"));
  }

  /** Batches of few rows in buckets of few batches, as {@code create} would cut a large log. */
  private static Small small(Log log, int batchSize, int perBucket, long seed) throws IOException {
    IidBatches batches = new IidBatches(log.rows(), batchSize);
    CopiedRow row = new CopiedRow(log, true, columns(log).columns());
    ShuffleFile file = new ShuffleFile(folder());
    Buckets buckets = new Buckets(batches, perBucket);
    ShuffledCopy copy = new ShuffledCopy(log, row, buckets, file);
    IidSampler sampler = new IidSampler(batches, seed, Optional.of(copy));
    sampler.startEpoch(0);
    return new Small(sampler, copy, file, buckets);
  }

  private record Small(IidSampler sampler, ShuffledCopy rows, ShuffleFile file, Buckets buckets)
      implements AutoCloseable {
    @Override
    public void close() {
      file.close();
    }
  }

  @Property
  void givesTheBatchesOfMemoryAndTheirColumns(
      @ForAll @IntRange(min = 2, max = 700) int rows,
      @ForAll @IntRange(min = 2, max = 40) int size,
      @ForAll @IntRange(min = 1, max = 9) int perBucket,
      @ForAll long seed)
      throws IOException {
    Log log = new Log(rows);
    int batchSize = Math.min(rows, size);
    BatchSampler memory = Samplers.create(Layout.IID, log, batchSize, seed);
    try (Small disk = small(log, batchSize, perBucket, seed)) {
      for (int epoch : new int[] {0, 1, 5}) {
        memory.startEpoch(epoch);
        disk.sampler.startEpoch(epoch);
        sameToTheEnd(log, memory, disk, batchSize);
      }
    }
  }

  private static void sameToTheEnd(Log log, BatchSampler memory, Small disk, int batchSize) {
    RowBatch expected = new RowBatch(batchSize);
    RowBatch batch = new RowBatch(batchSize);
    while (memory.next(expected)) {
      assertThat(disk.sampler.next(batch)).isTrue();
      assertThat(numbers(batch)).isEqualTo(numbers(expected));
      for (int i = 0; i < batch.size(); i++) {
        long row = batch.rows()[i];
        long place = batch.place(i);
        Interactions read = disk.rows;
        assertThat(expected.place(i)).isEqualTo(row);
        assertThat(read.user(place)).isEqualTo((int) row / 7);
        assertThat(read.item(place)).isEqualTo(log.item(row));
        assertThat(read.request(place)).isEqualTo(log.request(row));
        assertThat(read.weight(place)).isEqualTo(log.weight(row));
        assertThat(read.time(place)).isEqualTo(log.time(row));
        assertThat(read.seconds(place)).isEqualTo(log.seconds(row));
        assertThat(read.context("price").value(place)).isEqualTo(row / 7.0);
        assertThat(read.context("device").value(place)).isEqualTo(row % 5);
      }
    }
    assertThat(disk.sampler.next(batch)).isFalse();
  }

  private static long[] numbers(RowBatch batch) {
    return Arrays.copyOf(batch.rows(), batch.size());
  }

  @Property
  void goesOnFromAnyBatch(
      @ForAll @IntRange(min = 2, max = 300) int rows,
      @ForAll @IntRange(min = 2, max = 20) int size,
      @ForAll @IntRange(min = 1, max = 4) int perBucket,
      @ForAll long seed)
      throws IOException {
    Log log = new Log(rows);
    int batchSize = Math.min(rows, size);
    BatchSampler memory = Samplers.create(Layout.IID, log, batchSize, seed);
    try (Small disk = small(log, batchSize, perBucket, seed)) {
      // Forwards and back, in another epoch than the one before.
      for (long at : new long[] {memory.batchesPerEpoch() / 2, 1, memory.batchesPerEpoch()}) {
        SamplerPosition position = new SamplerPosition(at % 2 + 1, at);
        memory.resume(position);
        disk.sampler.resume(position);
        assertThat(disk.sampler.position()).isEqualTo(position);
        sameToTheEnd(log, memory, disk, batchSize);
      }
    }
  }

  /**
   * The log is read in its order, each row once an epoch; the file in blocks, no more of them than
   * whole blocks would be and one for each bucket.
   */
  @Test
  void readsInOrderAndInBlocks() throws IOException {
    int rows = 200_000;
    Log log = new Log(rows);
    int batchSize = 100;
    try (Small disk = small(log, batchSize, 500, 3)) {
      RowBatch batch = new RowBatch(batchSize);
      for (int epoch = 0; epoch < 2; epoch++) {
        disk.sampler.startEpoch(epoch);
        log.read.clear();
        while (disk.sampler.next(batch)) {
          for (int i = 0; i < batch.size(); i++) {
            disk.rows.user(batch.place(i));
          }
        }
        assertThat(log.read).hasSize(rows).isSorted().doesNotHaveDuplicates();
      }
      // A place and ten words: user, item, request, weight, time, price, device.
      long bytes = 2L * rows * (1 + 3 + 1 + 2 + 2 + 2) * 4;
      DiskShuffle.Counts counts = disk.file.counts();
      assertThat(disk.buckets.count()).isEqualTo(4);
      assertThat(counts.bytesRead()).isEqualTo(bytes);
      assertThat(counts.bytesWritten()).isEqualTo(bytes);
      assertThat(counts.reads()).isBetween(bytes >> 20, (bytes >> 20) + 2 * 4 + 8);
      assertThat(counts.writes()).isBetween(bytes >> 16, (bytes >> 16) + 2 * 4 + 8);
    }
  }

  /** Going on in the middle of an epoch copies what is left of it. */
  @Test
  void copiesWhatIsLeft() throws IOException {
    Log log = new Log(10_000);
    try (Small disk = small(log, 100, 10, 3)) {
      disk.sampler.resume(new SamplerPosition(4, 77));
      disk.sampler.next(new RowBatch(100));
      assertThat(disk.file.counts().bytesWritten()).isEqualTo(3_000 * 44);
      assertThat(disk.file.counts().bytesRead()).isEqualTo(1_000 * 44);
    }
  }

  /**
   * Uniform orders: each of the 24 orders of four rows as often as the others, by a chi-square test
   * at a level of 1 in 10,000 (23 degrees of freedom: 58.6), over 48,000 shuffles.
   */
  @Test
  void everyOrderOfFourIsEquallyLikely() throws IOException {
    Log log = new Log(4);
    int draws = 48_000;
    Map<String, Integer> counts = new HashMap<>();
    RowBatch batch = new RowBatch(2);
    try (Small disk = small(log, 2, 1, 9)) {
      for (int epoch = 0; epoch < draws; epoch++) {
        disk.sampler.startEpoch(epoch);
        StringBuilder order = new StringBuilder();
        while (disk.sampler.next(batch)) {
          order.append(Arrays.toString(numbers(batch)));
        }
        counts.merge(order.toString(), 1, Integer::sum);
      }
    }
    assertThat(counts).hasSize(24);
    assertThat(chiSquare(counts.values().stream().mapToInt(Integer::intValue).toArray()))
        .isLessThan(58.6);
  }

  /**
   * Where orders are computed: fifty places of the log against fifty of the epoch, summed over 60
   * shuffles of 100,000 rows. Rows and columns are full, so 49 x 49 degrees of freedom; the test is
   * two-sided at a level of 1 in 10,000 (3.9 standard deviations of 69.3).
   */
  @Test
  void rowsGoAnywhereEquallyOften() {
    int rows = 100_000;
    int cells = 50;
    int shuffles = 60;
    int[] counts = new int[cells * cells];
    for (int epoch = 0; epoch < shuffles; epoch++) {
      Permutation order = new Permutation(rows, 11, "sampler.iid", epoch);
      for (int row = 0; row < rows; row++) {
        int to = (int) (order.positionOf(row) * cells / rows);
        counts[row / (rows / cells) * cells + to]++;
      }
    }
    assertThat(chiSquare(counts)).isBetween(2401 - 3.9 * 69.3, 2401 + 3.9 * 69.3);
  }

  private static double chiSquare(int[] counts) {
    double expected = (double) Arrays.stream(counts).asLongStream().sum() / counts.length;
    return Arrays.stream(counts).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
  }

  @Test
  void leavesNothingBehind() throws IOException {
    Path own = Files.createTempDirectory(folder(), "left");
    Log log = new Log(1000);
    try (DiskShuffle shuffle = DiskShuffle.create(columns(log), 10, 1, own)) {
      BatchSampler sampler = shuffle.sampler();
      RowBatch batch = new RowBatch(10);
      assertThat(sampler.next(batch)).isTrue();
      assertThat(shuffle.rows().item(batch.place(3))).isEqualTo(log.item(batch.rows()[3]));
      assertThat(shuffle.counts().bytesWritten()).isEqualTo(columns(log).bytesOfCopy());
      if (Files.isDirectory(Path.of("/proc"))) {
        assertThat(files(own)).as("its name is gone while it is used").isEmpty();
      }
    }
    assertThat(files(own)).isEmpty();
    Files.delete(own);
  }

  private static List<Path> files(Path in) throws IOException {
    try (Stream<Path> files = Files.list(in)) {
      return files.toList();
    }
  }

  @Test
  void saysWhatItTakesAndRefusesWhereThereIsNoRoom() {
    Interactions endless =
        (Interactions)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Interactions.class},
                (self, method, arguments) ->
                    method.getName().equals("rows") ? (Object) (1L << 50) : List.of());
    DiskShuffle.Columns columns = new DiskShuffle.Columns(endless, false, Set.of());
    assertThat(columns.bytesOfCopy()).isEqualTo(16L << 50);
    assertThat(columns.bytesInLog()).isEqualTo(12L << 50);
    assertThatThrownBy(() -> DiskShuffle.create(columns, 1024, 1, folder()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("18,014,398,509 MB")
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("shuffle=memory");
    assertThatThrownBy(() -> DiskShuffle.create(columns, 1024, 1, folder.resolve("absent")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> DiskShuffle.create(columns(new Log(5)), 6, 1, folder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 to 5");
  }

  /** Both kinds of memory grow with the root of the log: 10^10 rows take 200 MB of each. */
  @Test
  void bucketsFitMemory() {
    for (long rows : new long[] {1_000, 20_000_000, 1_000_000_000, 10_000_000_000L}) {
      Buckets buckets = Buckets.of(new IidBatches(rows, 4096), 16, ShuffledCopy.WRITE_BLOCK);
      long largest =
          Math.max(4096 * 16L, Math.max(1 << 24, (long) Math.sqrt(rows * 16.0 * 65_536)));
      assertThat(buckets.rows(0) * 16L).isLessThanOrEqualTo(largest);
      assertThat(buckets.count() * 65_536L).isLessThanOrEqualTo(2 * largest);
    }
  }
}
