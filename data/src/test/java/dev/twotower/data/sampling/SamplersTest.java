package dev.twotower.data.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SamplersTest {
  /** A log as request sizes, with a batch size that fits it. */
  record Log(List<Integer> requestSizes, int batchSize) {
    MemoryInteractions rows() {
      return MemoryInteractions.ofRequests(requestSizes);
    }
  }

  @Provide
  Arbitrary<Layout> layouts() {
    return Arbitraries.oneOf(
        Arbitraries.of(Layout.IID, Layout.SORTED),
        Arbitraries.integers().between(1, 40).map(Layout.Requests::new),
        Combinators.combine(
                Arbitraries.integers().between(1, 40), Arbitraries.integers().between(1, 9))
            .as(Layout.Requests::new));
  }

  @Provide
  Arbitrary<Log> logs() {
    Arbitrary<Integer> size =
        Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.integers().between(1, 4)),
            Tuple.of(1, Arbitraries.integers().between(5, 60)));
    return Combinators.combine(size.list().ofMinSize(2).ofMaxSize(60), Arbitraries.integers())
        .as(
            (sizes, pick) -> {
              int rows = sizes.stream().mapToInt(Integer::intValue).sum();
              return new Log(sizes, 2 + Math.floorMod(pick, Math.min(rows - 1, 40)));
            });
  }

  @Property
  void everyRowOnceAnEpoch(@ForAll("layouts") Layout layout, @ForAll("logs") Log log) {
    var sampler = Samplers.create(layout, log.rows(), log.batchSize(), 3);
    for (int epoch = 0; epoch < 3; epoch++) {
      sampler.startEpoch(epoch);
      List<long[]> batches = drain(sampler, log.batchSize());
      var seen = new BitSet();
      int rows = 0;
      for (long[] batch : batches) {
        assertThat(batch.length).isBetween(1, log.batchSize());
        rows += batch.length;
        Arrays.stream(batch).forEach(row -> seen.set((int) row));
      }
      assertThat(rows).isEqualTo((int) log.rows().rows());
      assertThat(seen.cardinality()).isEqualTo(rows);
    }
  }

  @Property
  void resumesAnywhere(
      @ForAll("layouts") Layout layout, @ForAll("logs") Log log, @ForAll long seed) {
    var sampler = Samplers.create(layout, log.rows(), log.batchSize(), seed);
    sampler.startEpoch(2);
    var positions = new ArrayList<SamplerPosition>();
    var batches = new ArrayList<long[]>();
    var batch = new RowBatch(log.batchSize());
    positions.add(sampler.position());
    while (sampler.next(batch)) {
      batches.add(Arrays.copyOf(batch.rows(), batch.size()));
      positions.add(sampler.position());
    }
    for (int at = 0; at < positions.size(); at++) {
      var resumed = Samplers.create(layout, log.rows(), log.batchSize(), seed);
      resumed.resume(positions.get(at));
      assertThat(resumed.position()).isEqualTo(positions.get(at));
      assertThat(drain(resumed, log.batchSize()))
          .containsExactlyElementsOf(batches.subList(at, batches.size()));
    }
    var past = new SamplerPosition(2, batches.size() + 1L);
    assertThatThrownBy(() -> sampler.resume(past))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("past the end of epoch 2");
  }

  @Property
  void equalSeedsGiveEqualBatches(
      @ForAll("layouts") Layout layout, @ForAll("logs") Log log, @ForAll long seed) {
    var one = Samplers.create(layout, log.rows(), log.batchSize(), seed);
    var two = Samplers.create(layout, log.rows(), log.batchSize(), seed);
    two.startEpoch(5);
    two.next(new RowBatch(log.batchSize()));
    two.startEpoch(0);
    assertThat(drain(one, log.batchSize())).containsExactlyElementsOf(drain(two, log.batchSize()));
  }

  @Test
  void epochsAndSeedsDiffer() {
    var log = MemoryInteractions.ofRequests(Collections.nCopies(200, 3));
    for (Layout layout : List.of(Layout.IID, Layout.SORTED, new Layout.Requests(16))) {
      var sampler = Samplers.create(layout, log, 32, 1);
      var first = drain(sampler, 32);
      sampler.startEpoch(1);
      var second = drain(sampler, 32);
      var third = drain(Samplers.create(layout, log, 32, 2), 32);
      assertThat(flat(second)).as("%s, epoch 1", layout).isNotEqualTo(flat(first));
      assertThat(flat(third)).as("%s, seed 2", layout).isNotEqualTo(flat(first));
    }
  }

  @Property
  void noLoneRowWhereOneCanBeAvoided(
      @ForAll @IntRange(min = 2, max = 200) int rows,
      @ForAll @IntRange(min = 3, max = 50) int size) {
    int batchSize = Math.min(rows, size);
    if (batchSize < 3) {
      return;
    }
    for (Layout layout : List.of(Layout.IID, Layout.SORTED)) {
      var sampler =
          Samplers.create(
              layout, MemoryInteractions.ofRequests(Collections.nCopies(rows, 1)), batchSize, rows);
      assertThat(drain(sampler, batchSize)).allMatch(batch -> batch.length >= 2);
      assertThat(drain(sampler, batchSize)).isEmpty();
    }
  }

  @Property
  void sortedBatchesAreSlices(@ForAll("logs") Log log, @ForAll long seed) {
    var sampler = Samplers.create(Layout.SORTED, log.rows(), log.batchSize(), seed);
    var batch = new RowBatch(log.batchSize());
    long batches = 0;
    long rows = log.rows().rows();
    while (sampler.next(batch)) {
      batches++;
      boolean ends = log.batchSize() == 2 && batch.rows()[0] == rows - 1 && batch.size() == 2;
      for (int i = 1; i < batch.size(); i++) {
        assertThat(batch.rows()[i]).isEqualTo(ends ? 0 : batch.rows()[0] + i);
      }
    }
    assertThat(batches).isEqualTo(sampler.batchesPerEpoch());
  }

  /** Of 8 rows in twos: 0-1 2-3 4-5 6-7, or 7-0 1-2 3-4 5-6. */
  @Test
  void cutsOfSortedMoveInBatchesOfTwo() {
    var log = MemoryInteractions.ofRequests(Collections.nCopies(8, 1));
    var sampler = Samplers.create(Layout.SORTED, log, 2, 1);
    int moved = 0;
    for (int epoch = 0; epoch < 40; epoch++) {
      sampler.startEpoch(epoch);
      List<long[]> batches = drain(sampler, 2);
      assertThat(batches).hasSize(4).allMatch(batch -> batch.length == 2);
      boolean odd = batches.stream().anyMatch(batch -> batch[0] == 7 && batch[1] == 0);
      assertThat(batches.stream().filter(batch -> batch[0] % 2 == 1).count())
          .isEqualTo(odd ? 4 : 0);
      moved += odd ? 1 : 0;
    }
    assertThat(moved).isBetween(10, 30);
  }

  @Property
  void requestsStayWhole(@ForAll("logs") Log log, @ForAll @IntRange(min = 1, max = 40) int buffer) {
    var rows = log.rows();
    var sampler = Samplers.create(new Layout.Requests(buffer), rows, log.batchSize(), 11);
    Map<Integer, Integer> batchOf = new HashMap<>();
    int number = 0;
    for (long[] batch : drain(sampler, log.batchSize())) {
      for (int i = 0; i < batch.length; i++) {
        int request = rows.request(batch[i]);
        if (rows.requestEnd(request) - rows.requestStart(request) <= log.batchSize()) {
          Integer earlier = batchOf.putIfAbsent(request, number);
          assertThat(earlier).isIn(null, number);
        }
        // Rows of a request are side by side and in order, in this batch or across two.
        if (i > 0 && rows.request(batch[i - 1]) == request) {
          assertThat(batch[i]).isEqualTo(batch[i - 1] + 1);
        }
      }
      number++;
    }
  }

  @Test
  void piecesStayWholeAndPartFromEachOther() {
    var rows = MemoryInteractions.ofRequests(Collections.nCopies(500, 8));
    List<long[]> batches = drain(Samplers.create(new Layout.Requests(2000, 3), rows, 12, 7), 12);
    int together = 0;
    int pieces = 0;
    for (long[] batch : batches) {
      for (int i = 0; i < batch.length; ) {
        // Rows 0-2, 3-5 and 6-7 of a request of 8.
        long within = batch[i] % 8;
        assertThat(within % 3).isZero();
        int length = within == 6 ? 2 : 3;
        for (int next = 1; next < length; next++) {
          assertThat(batch[i + next]).isEqualTo(batch[i] + next);
        }
        i += length;
        pieces++;
        together += i < batch.length && batch[i] / 8 == batch[i - 1] / 8 ? 1 : 0;
      }
    }
    assertThat(pieces).isEqualTo(1500);
    assertThat(together).isLessThan(15);
  }

  @Property
  void batchesWaitOnlyForARequestThatDoesNotFit(
      @ForAll("logs") Log log, @ForAll @IntRange(min = 1, max = 40) int buffer) {
    var rows = log.rows();
    var sampler = Samplers.create(new Layout.Requests(buffer), rows, log.batchSize(), 13);
    List<long[]> batches = drain(sampler, log.batchSize());
    for (int b = 0; b + 1 < batches.size(); b++) {
      int opening = rows.request(batches.get(b + 1)[0]);
      long length = rows.requestEnd(opening) - batches.get(b + 1)[0];
      assertThat(batches.get(b).length + length).isGreaterThan(log.batchSize());
    }
  }

  @Test
  void aBufferOfOneReadsInStorageOrderFromARandomStart() {
    var rows = MemoryInteractions.ofRequests(Collections.nCopies(50, 4));
    long[] order = flat(drain(Samplers.create(new Layout.Requests(1), rows, 8, 5), 8));
    for (int i = 1; i < order.length; i++) {
      assertThat(order[i]).isEqualTo((order[i - 1] + 1) % 200);
    }
    assertThat(order[0] % 4).isZero();
  }

  @Test
  void aLargerBufferMixesFartherApart() {
    var rows = MemoryInteractions.ofRequests(Collections.nCopies(1000, 2));
    double previous = -1;
    for (int buffer : new int[] {1, 10, 100, 1000}) {
      long[] order = flat(drain(Samplers.create(new Layout.Requests(buffer), rows, 20, 5), 20));
      double distance = 0;
      for (int i = 2; i < order.length; i += 2) {
        long step = Math.abs(order[i] - order[i - 2]);
        distance += Math.min(step, 2000 - step);
      }
      assertThat(distance).isGreaterThan(previous);
      previous = distance;
    }
  }

  @Test
  void iidPutsEveryRowEverywhereEquallyOften() {
    int rows = 23;
    int epochs = 20_000;
    var sampler =
        Samplers.create(
            Layout.IID, MemoryInteractions.ofRequests(Collections.nCopies(rows, 1)), 5, 17);
    int[][] at = new int[rows][rows];
    int[][] after = new int[rows][rows];
    for (int epoch = 0; epoch < epochs; epoch++) {
      sampler.startEpoch(epoch);
      long[] order = flat(drain(sampler, 5));
      for (int position = 0; position < rows; position++) {
        at[position][(int) order[position]]++;
        if (position > 0) {
          after[(int) order[position - 1]][(int) order[position]]++;
        }
      }
    }
    // (23 - 1)^2 = 484 degrees of freedom, standard deviation sqrt(2 * 484) = 31.
    double positions = chiSquare(at, (double) epochs / rows, true);
    assertThat(positions).isBetween(484 - 5 * 31.0, 484 + 5 * 31.0);
    // Each ordered pair of different rows is adjacent in 22 / (23 * 22) of the epochs; about
    // 23 * 22 - 1 = 505 degrees of freedom, standard deviation 32.
    double pairs = chiSquare(after, (double) epochs / rows, false);
    assertThat(pairs).isBetween(505 - 5 * 32.0, 505 + 5 * 32.0);
  }

  @Test
  void refusesBatchesTheSplitCannotFill() {
    var rows = MemoryInteractions.ofRequests(List.of(3, 4));
    assertThatThrownBy(() -> Samplers.create(Layout.IID, rows, 8, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batchSize is 8, but the training split has 7 rows; allowed: 2 to 7");
    assertThatThrownBy(() -> Samplers.create(Layout.IID, rows, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batchSize is 1, but the training split has 7 rows; allowed: 2 to 7");
    assertThatThrownBy(
            () -> Samplers.create(Layout.IID, MemoryInteractions.ofRequests(List.of()), 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 rows");
    assertThatThrownBy(() -> Samplers.create(Layout.IID, rows, 4, 1).next(new RowBatch(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds 3 rows; this sampler needs 4");
  }

  private static double chiSquare(int[][] counts, double expected, boolean diagonal) {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts.length; j++) {
        if (diagonal || i != j) {
          sum += (counts[i][j] - expected) * (counts[i][j] - expected) / expected;
        }
      }
    }
    return sum;
  }

  private static List<long[]> drain(BatchSampler sampler, int batchSize) {
    var batches = new ArrayList<long[]>();
    var batch = new RowBatch(batchSize);
    while (sampler.next(batch)) {
      batches.add(Arrays.copyOf(batch.rows(), batch.size()));
    }
    assertThat(batch.size()).isZero();
    return batches;
  }

  private static long[] flat(List<long[]> batches) {
    return batches.stream().flatMapToLong(Arrays::stream).toArray();
  }
}
