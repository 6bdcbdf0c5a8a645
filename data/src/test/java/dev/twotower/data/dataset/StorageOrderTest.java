package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever rows go in, they come out sorted, in one piece per user and request, once each. */
class StorageOrderTest {
  private static final List<Split> SPLITS =
      List.of(Split.TRAIN, Split.TRAIN, Split.TRAIN, Split.VALIDATION, Split.TEST);

  /** Enough parts, batches and splits that every boundary is met. */
  @Property(tries = 60)
  void rowsAndOffsetsAgreeWithTheSortedLog(
      @ForAll @Size(min = 1, max = 300) List<@IntRange(min = 0, max = 1 << 20) Integer> draws)
      throws IOException {
    Path folder = Files.createTempDirectory("storage-order");
    DatasetBuilder builder = new DatasetBuilder().rowsPerBatch(8);
    List<long[]> expected = new ArrayList<>();
    for (int draw : draws) {
      int user = draw % 7;
      int request = draw / 7 % 3;
      Split split = SPLITS.get(draw / 21 % SPLITS.size());
      long time = draw / 105 % 10;
      int item = draw / 1050;
      builder.row(split, user, item, request, time);
      expected.add(new long[] {split.index(), user, request, time, item});
    }
    expected.sort(
        Comparator.<long[]>comparingLong(row -> row[0])
            .thenComparingLong(row -> row[1])
            .thenComparingLong(row -> row[2])
            .thenComparingLong(row -> row[3]));
    try (Dataset data = builder.write(folder.resolve("data"))) {
      for (Split split : Split.values()) {
        List<long[]> wanted = expected.stream().filter(row -> row[0] == split.index()).toList();
        Interactions rows = data.interactions(split);
        assertThat(rows.rows()).isEqualTo(wanted.size());
        for (int row = 0; row < wanted.size(); row++) {
          assertThat(rows.user(row)).isEqualTo((int) wanted.get(row)[1]);
          assertThat(rows.time(row)).isEqualTo(wanted.get(row)[3]);
          assertThat(rows.item(row)).isEqualTo((int) wanted.get(row)[4]);
          assertThat((long) row)
              .isBetween(rows.userStart(rows.user(row)), rows.userEnd(rows.user(row)) - 1)
              .isBetween(
                  rows.requestStart(rows.request(row)), rows.requestEnd(rows.request(row)) - 1);
        }
        checkPartition(data, split, rows);
      }
    } finally {
      delete(folder);
    }
  }

  private static void checkPartition(Dataset data, Split split, Interactions rows) {
    long next = 0;
    for (int user = 0; user < data.users(); user++) {
      assertThat(rows.userStart(user)).as("start of user %d in %s", user, split).isEqualTo(next);
      next = rows.userEnd(user);
    }
    assertThat(next).isEqualTo(rows.rows());
    next = 0;
    for (int request = 0; request < data.requests(); request++) {
      assertThat(rows.requestStart(request)).isEqualTo(next);
      next = rows.requestEnd(request);
      for (long row = rows.requestStart(request); row < next; row++) {
        assertThat(rows.request(row)).isEqualTo(request);
      }
    }
    assertThat(next).isEqualTo(rows.rows());
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
