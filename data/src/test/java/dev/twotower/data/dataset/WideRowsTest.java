package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.random.Streams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows so wide that a record batch of the usual number of them is too large for one map. */
class WideRowsTest {
  @TempDir Path folder;

  @Test
  void batchesStayWithinTheLimitAndEveryValueComesBack() {
    int items = 1_000;
    int dimension = 33;
    float[][] vectors = new float[items][dimension];
    List<List<String>> tags = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int item = 0; item < items; item++) {
      for (int d = 0; d < dimension; d++) {
        vectors[item][d] = item * 100f + d;
      }
      tags.add(IntStream.range(0, item % 5).mapToObj(i -> "t" + i).toList());
      names.add("n".repeat(item % 50) + item);
    }
    long limit = 10_000;
    Path data = folder.resolve("data");
    try (Dataset written =
        new DatasetBuilder()
            .row(Split.TRAIN, 0, items - 1, 0, 0)
            .itemNames(names)
            .itemFeature(MemoryFeature.vector("v", vectors))
            .itemFeature(MemoryFeature.multi("tags", tags))
            .bytesPerBatch(limit)
            .write(data)) {
      ArrowFile file = ArrowFile.open(data.resolve("items.arrow"));
      assertThat(1 << file.shift()).isEqualTo(32);
      EntityTable table = written.itemTable();
      float[] out = new float[dimension];
      for (int item = 0; item < items; item++) {
        table.feature("v").vector(item, out);
        assertThat(out).isEqualTo(vectors[item]);
        assertThat(table.feature("tags").codes(item)).hasSize(item % 5);
        assertThat(table.name(item)).isEqualTo(names.get(item));
        assertThat(table.index("i" + item)).hasValue(item);
      }
    }
  }

  @Test
  void rowsWiderThanTheLimitStandAlone() {
    float[][] vectors = new float[5][100];
    vectors[3][99] = 7;
    Path data = folder.resolve("data");
    try (Dataset written =
        new DatasetBuilder()
            .row(Split.TRAIN, 0, 4, 0, 0)
            .itemFeature(MemoryFeature.vector("v", vectors))
            .bytesPerBatch(64)
            .write(data)) {
      assertThat(ArrowFile.open(data.resolve("items.arrow")).shift()).isZero();
      float[] out = new float[100];
      written.itemTable().feature("v").vector(3, out);
      assertThat(out[99]).isEqualTo(7);
    }
  }

  @Test
  void theLargestPowerOfTwoWhoseBatchesFitIsFound() {
    UniformRandomProvider random = Streams.stream(1, "wide-rows");
    for (int round = 0; round < 500; round++) {
      int most = 1 << random.nextInt(8);
      long limit = random.nextLong(1, 400);
      long[] sizes = random.longs(0, 60).limit(random.nextInt(60)).toArray();
      BatchRows rows = new BatchRows(new BatchRows.Limit(most, limit));
      for (long size : sizes) {
        rows.add(size);
      }
      assertThat(rows.rowsPerBatch()).as("round %d", round).isEqualTo(largest(sizes, most, limit));
    }
  }

  private static int largest(long[] sizes, int most, long limit) {
    for (int rows = most; rows > 1; rows /= 2) {
      boolean fits = true;
      for (int from = 0; from < sizes.length; from += rows) {
        long sum = 0;
        for (int i = from; i < Math.min(from + rows, sizes.length); i++) {
          sum += sizes[i];
        }
        fits &= sum <= limit;
      }
      if (fits) {
        return rows;
      }
    }
    return 1;
  }
}
